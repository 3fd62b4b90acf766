/* SPDX-License-Identifier: MIT */
/*
 * When the host did not run the VMM's thread, or, if that is asked for, KVM had the CPU and not the guest: the context
 * switches of the thread that starts this, and the exits of its guest, as the kernel's performance events tell them
 * (perf_event_open(2)). Switches need no privilege where perf_event_paranoid is 2 or less, and after the start no
 * system call but clock_gettime(): the kernel writes them into mapped memory, which the run loop looks at after each
 * exit. Where the kernel refuses, /proc/thread-self/schedstat has totals: they are read at the start, at the end and
 * after each long stretch. run/run.c starts it before the sandbox, machine/loop.c takes the absences.
 */
#ifndef VMM_HOST_ABSENCES_H
#define VMM_HOST_ABSENCES_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * One absence: the thread did not run for `ticks` of the TSC, or `ns` by the kernel's clock, until `end`, a TSC. Or an
 * exit of the guest, for which KVM had the CPU so long.
 */
struct time_away {
	uint64_t end, ticks, ns;
	bool is_voluntary; /* the thread waited for something; else it could have run, but another did */
	bool is_exit;
	uint32_t isa, reason; /* of an exit: as in ringside/kvm_exits.h */
	uint64_t rip;
};

/* Where the fields of a tracepoint's record are, in bytes: the kernel tells. */
struct tracepoint {
	uint32_t id, reason, rip, isa;
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
	struct tracepoint exit, entry; /* kvm:kvm_exit and kvm:kvm_entry; their `id` is 0 if they are not asked for */
	struct time_away left;	       /* the last exit of the guest; its `ns` is when, 0 = it has been entered since */
	struct moment_pair before, now; /* two looks at the clocks; the times of the ring are between them */
	int event;			/* descriptor of the ring; -1 = there is none */
	int schedstat;			/* descriptor; -1 = the host has none */
	uint64_t wait_ns;		/* what it said last: how long the thread has waited for a CPU */
};

/*
 * Starts for the thread that calls. What the host refuses is just not known later. With `has_exits` the ring is sixteen
 * times as long, for absences_add_exits().
 */
void absences_start(struct absences *absences, bool has_exits);

/*
 * Puts the exits of the guest that this thread runs among the absences, by KVM's tracepoints, which takes CAP_PERFMON
 * and tracefs. To be called after absences_start() and before the sandbox. Returns 0, or -1 with a line in *error.
 */
int absences_add_exits(struct absences *absences, struct error *error);

/* Reads a tracepoint's `format` file of tracefs. Returns false when a field is missing; `entry` has only the number. */
bool absences_read_format(const char *text, bool is_entry, struct tracepoint *tracepoint);

/* For tests: reads from `page` and the ring behind it, of page->data_size bytes, a power of two. */
void absences_attach(struct absences *absences, struct perf_event_mmap_page *page);

/* Whether the kernel has told of switches since absences_next() returned false. Asked at every exit. */
static inline bool absences_are_told(const struct absences *absences)
{
	return absences->page != NULL &&
	       __atomic_load_n(&absences->page->data_head, __ATOMIC_RELAXED) != absences->tail;
}

/*
 * Takes the next absence or exit, in the order of time. An exit is told when the guest has been entered again, whether
 * user space had it or not: that is the caller's to find out. False: there is none. Only for a page that is there.
 */
bool absences_next(struct absences *absences, struct time_away *absence);

/*
 * Where the kernel tells of no switches (no page): whether the thread has waited for a CPU while `ticks` of the TSC
 * went by until `end`, for which it was not at rest; the wait is told at the end of that time, where it need not have
 * been. Asks the kernel only if the time is longer than a millisecond, `tsc_khz` ticks; then it may know also of waits
 * in shorter times before, but of none longer than `ticks`.
 */
bool absences_in_stretch(struct absences *absences, uint64_t end, uint64_t ticks, uint32_t tsc_khz,
			 struct time_away *absence);

/*
 * How long the thread has run, and waited for a CPU while it could have run, in ns. False when the host does not say.
 */
bool absences_totals(const struct absences *absences, uint64_t *run_ns, uint64_t *wait_ns);

#endif
