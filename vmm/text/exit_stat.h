/* SPDX-License-Identifier: MIT */
/*
 * Counts and latencies per exit reason and per guest event, in the columns of `perf kvm stat`:
 * `vmm run --stats` feeds it as the guest runs, `vmm trace stat` from a file.
 */
#ifndef VMM_TEXT_EXIT_STAT_H
#define VMM_TEXT_EXIT_STAT_H

#include <stdint.h>
#include <stdio.h>

#include "record/record.h"
#include "record/trace_clock.h"

struct stat_row {
	uint64_t count;
	uint64_t handled; /* of them, those whose handling has ended: the last exit's never does */
	uint64_t guest_ticks, guest_min, guest_max; /* TSC ticks in the guest before the exit */
	uint64_t vmm_ticks, vmm_min, vmm_max;	    /* in the VMM handling it */
	double vmm_squares;			    /* sum of squares, for the spread of the mean */
};

struct trace_stat {
	struct stat_row exits[RINGSIDE_EXIT_LIMIT];
	uint64_t events[RINGSIDE_EVENT_COUNT];
	uint64_t open_tsc; /* the exit whose handling has not ended yet; 0 = none */
	uint8_t open_kind;
};

void stat_init(struct trace_stat *stat);

/* Records whose kind is out of range (trace_reader_next() delivers none) are passed over. */
void stat_record(struct trace_stat *stat, const union record *record);

/* A table of exits and one of events; the other as one JSON object (docs/trace-format.md has its members). */
void stat_print(const struct trace_stat *stat, const struct trace_clock *clock, FILE *out);
void stat_print_json(const struct trace_stat *stat, const struct trace_clock *clock, FILE *out);

#endif
