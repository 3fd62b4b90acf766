/* SPDX-License-Identifier: MIT */
/*
 * Reads the ring of performance events, and the kernel's totals: see absences.h. The layouts are those of
 * perf_event_open(2), "MMAP layout".
 */
#include "host/absences.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"

#ifndef PERF_RECORD_MISC_SWITCH_OUT_PREEMPT /* Linux 4.17 */
#define PERF_RECORD_MISC_SWITCH_OUT_PREEMPT (1 << 14)
#endif

enum {
	PAGE = 4096,
	/* Bytes of the ring, a power of two: a thousand absences. A user's programs may have 512 KiB of such rings. */
	RING_SIZE = 8 * PAGE,
	PAIR_TRIES = 3,
	SCHEDSTAT_SIZE = 128,
};

/* A record: its header, then for a switch the time; for PERF_RECORD_LOST an identifier, the number lost and the time.
 */
enum { WORD_HEADER, WORD_SWITCH_TIME = 1, WORD_LOST = 2 };

/*
 * Reads both clocks at one moment: the TSC in the middle of the narrowest of several readings, since one that was
 * interrupted tells little.
 */
static struct moment_pair read_clocks(void)
{
	struct moment_pair best = {0};
	uint64_t narrowest = UINT64_MAX;

	for (unsigned i = 0; i < PAIR_TRIES; i++) {
		const uint64_t start = __builtin_ia32_rdtsc();
		const uint64_t ns = clock_ns(CLOCK_MONOTONIC_RAW);
		const uint64_t width = __builtin_ia32_rdtsc() - start;

		if (width < narrowest)
			best = (struct moment_pair){start + width / 2, ns};
		narrowest = width < narrowest ? width : narrowest;
	}
	return best;
}

/*
 * Asks for a record of each switch of this thread, with its time on CLOCK_MONOTONIC_RAW. The event itself counts
 * nothing, and nothing in the kernel, so that no privilege is needed.
 */
static int open_event(void)
{
	struct perf_event_attr attributes = {
		.size = sizeof(attributes),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_DUMMY,
		.sample_type = PERF_SAMPLE_TIME,
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.watermark = 1,
		.wakeup_watermark = RING_SIZE,
		.sample_id_all = 1,
		.context_switch = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC_RAW,
	};

	return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

void absences_attach(struct absences *absences, struct perf_event_mmap_page *page)
{
	absences->page = page;
	absences->words = (const uint64_t *)((const char *)page + page->data_offset);
	absences->mask = page->data_size / sizeof(uint64_t) - 1;
	absences->before = absences->now = read_clocks();
}

void absences_start(struct absences *absences)
{
	const int event = open_event();
	void *page = MAP_FAILED;

	*absences = (struct absences){.schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)};
	if (event >= 0)
		page = mmap(NULL, PAGE + RING_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, event, 0);
	if (page != MAP_FAILED && ((struct perf_event_mmap_page *)page)->data_size == RING_SIZE)
		absences_attach(absences, page);
	else if (event >= 0)
		close(event); /* else the event lives as long as its mapping */
}

static uint64_t word(const struct absences *absences, unsigned i)
{
	return absences->words[(absences->tail / sizeof(uint64_t) + i) & absences->mask];
}

/*
 * The TSC at a time of the kernel's clock, which lies between two looks at both clocks: the last one, and a new one if
 * that was before.
 */
static uint64_t tsc_at(struct absences *absences, uint64_t ns)
{
	if (ns > absences->now.ns) {
		absences->before = absences->now;
		absences->now = read_clocks();
	}
	const struct moment_pair *before = &absences->before, *now = &absences->now;

	if (ns <= before->ns)
		return before->tsc;
	if (ns >= now->ns)
		return now->tsc;
	return before->tsc +
	       (uint64_t)((unsigned __int128)(ns - before->ns) * (now->tsc - before->tsc) / (now->ns - before->ns));
}

/* The thread ran again at `ns`. */
static void end_absence(struct absences *absences, uint64_t ns, struct time_away *absence)
{
	const uint64_t end = tsc_at(absences, ns), start = tsc_at(absences, absences->left_ns);

	*absence = (struct time_away){end, end - start, ns - absences->left_ns, absences->left_by_itself};
	absences->left_ns = 0;
}

bool absences_next(struct absences *absences, struct time_away *absence)
{
	const uint64_t head = __atomic_load_n(&absences->page->data_head, __ATOMIC_ACQUIRE);
	bool found = false;

	while (absences->tail != head && !found) {
		const uint64_t first = word(absences, WORD_HEADER), ns = word(absences, WORD_SWITCH_TIME);
		struct perf_event_header header;

		memcpy(&header, &first, sizeof(header));
		if (header.type == PERF_RECORD_LOST) {
			absences->lost += word(absences, WORD_LOST);
			absences->left_ns = 0;
		} else if (header.type == PERF_RECORD_SWITCH && header.misc & PERF_RECORD_MISC_SWITCH_OUT) {
			absences->left_ns = ns;
			absences->left_by_itself = (header.misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT) == 0;
		} else if (header.type == PERF_RECORD_SWITCH && absences->left_ns != 0 && ns >= absences->left_ns) {
			end_absence(absences, ns, absence);
			found = true;
		}
		absences->tail += header.size >= sizeof(header) ? header.size : head - absences->tail;
	}
	__atomic_store_n(&absences->page->data_tail, absences->tail, __ATOMIC_RELEASE);
	return found;
}

bool absences_totals(const struct absences *absences, uint64_t *run_ns, uint64_t *wait_ns)
{
	char text[SCHEDSTAT_SIZE];
	const ssize_t got = absences->schedstat >= 0 ? pread(absences->schedstat, text, sizeof(text) - 1, 0) : -1;

	if (got <= 0)
		return false;
	text[got] = '\0';
	return sscanf(text, "%" SCNu64 " %" SCNu64, run_ns, wait_ns) == 2;
}
