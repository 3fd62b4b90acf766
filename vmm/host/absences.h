/* SPDX-License-Identifier: MIT */
/*
 * When the host did not run the VMM's thread: the context switches of the thread that starts this, as the kernel's
 * performance events tell them (perf_event_open(2)). They need no privilege where perf_event_paranoid is 2 or less, and
 * after the start no system call but clock_gettime(): the kernel writes them into mapped memory, which the run loop
 * looks at after each exit. Where the kernel refuses, only totals are known, from /proc/thread-self/schedstat.
 * run/run.c starts it before the sandbox, machine/loop.c takes the absences.
 */
#ifndef VMM_HOST_ABSENCES_H
#define VMM_HOST_ABSENCES_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One absence: the thread did not run for `ticks` of the TSC, or `ns` by the kernel's clock, until `end`, a TSC. */
struct time_away {
	uint64_t end, ticks, ns;
	bool is_voluntary; /* the thread waited for something; else it could have run, but another did */
};

/* One moment on both clocks. */
struct moment_pair {
	uint64_t tsc, ns;
};

struct absences {
	struct perf_event_mmap_page *page; /* NULL = the kernel refuses */
	const uint64_t *words;		   /* the ring behind `page`; its records are multiples of 8 bytes */
	uint64_t mask;			   /* for the index of a word in the ring */
	uint64_t tail;			   /* the number of bytes that have been taken from the ring */
	uint64_t lost;			   /* switches for which the ring had no room */
	uint64_t left_ns;		   /* when the thread stopped to run; 0 = not known */
	bool left_by_itself;
	struct moment_pair before, now; /* two looks at the clocks; the times of the ring are between them */
	int schedstat;			/* descriptor; -1 = the host has none */
};

/* Starts for the thread that calls. What the host refuses is just not known later. */
void absences_start(struct absences *absences);

/* For tests: reads from `page` and the ring behind it, of page->data_size bytes, a power of two. */
void absences_attach(struct absences *absences, struct perf_event_mmap_page *page);

/* Whether the kernel has told of switches since absences_next() returned false. Asked at every exit. */
static inline bool absences_are_told(const struct absences *absences)
{
	return absences->page != NULL &&
	       __atomic_load_n(&absences->page->data_head, __ATOMIC_RELAXED) != absences->tail;
}

/* Takes the next absence, in the order of time. False: there is none. Only for a page that is there. */
bool absences_next(struct absences *absences, struct time_away *absence);

/*
 * How long the thread has run, and waited for a CPU while it could have run, in ns. False when the host does not say.
 */
bool absences_totals(const struct absences *absences, uint64_t *run_ns, uint64_t *wait_ns);

#endif
