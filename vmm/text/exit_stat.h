/* SPDX-License-Identifier: MIT */
/*
 * Counts and latencies of each exit reason, and counts of each guest event, in the columns of `perf kvm stat` and in
 * constant memory. `vmm run --stats` and `vmm bench` add records as the guest runs. `vmm trace stat`, which has
 * percentiles too, counts by itself (tools/trace/stat) and uses the arithmetic below.
 */
#ifndef VMM_TEXT_EXIT_STAT_H
#define VMM_TEXT_EXIT_STAT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/table.h"
#include "record/record.h"
#include "record/trace_clock.h"

struct stat_row {
	uint64_t count;
	uint64_t handled; /* exits after which the guest was entered again, so that the VMM's time is known */
	uint64_t guest_ticks, guest_min, guest_max; /* TSC ticks in the guest before the exit */
	uint64_t vmm_ticks, vmm_min, vmm_max;	    /* TSC ticks in the VMM, which handled the exit */
	double vmm_squares;			    /* sum of the squares of the ticks in the VMM, for stat_error() */
};

struct exit_stat {
	struct stat_row exits[RINGSIDE_EXIT_LIMIT];
	uint64_t events[RINGSIDE_EVENT_COUNT];
	uint64_t open_tsc;   /* the exit whose handling has not ended yet; 0 = none */
	uint64_t open_slept; /* exit_slept() of it */
	uint8_t open_kind;
};

void stat_init(struct exit_stat *stat);

/* Adds a record. Ignores a record whose kind is out of range. */
void stat_record(struct exit_stat *stat, const union record *record);

/* ---- arithmetic, also for tools/trace/stat ---- */

/* Converts TSC ticks to nanoseconds. */
double stat_ns(const struct trace_clock *clock, double ticks);

/* The share of a part in the whole; 0 when the whole is 0. */
double stat_percent(double part, double whole);

/*
 * The number that perf prints after +-: the standard error of the mean, in percent of the mean. `sum` is the sum of the
 * samples, `squares` the sum of their squares. Negative when there are fewer than two samples.
 */
double stat_error(uint64_t count, double sum, double squares);

/*
 * Stores the indexes of the counts that are not 0 in `order`: the greatest count first, equal counts by index. Returns
 * the number of indexes stored.
 */
size_t stat_order(const uint64_t *counts, size_t rows, uint16_t *order);

/* ---- printing ---- */

/*
 * Prints a table of exits and one of events, or one JSON object (docs/trace-format.md has its members). Where there is
 * not enough room, the table leaves out the error of the mean first, then the minimum, the share of the samples, the
 * guest's time, the share of the time, the maximum.
 */
void stat_print(const struct exit_stat *stat, const struct trace_clock *clock, struct page *page);
void stat_print_json(const struct exit_stat *stat, const struct trace_clock *clock, FILE *out);

#endif
