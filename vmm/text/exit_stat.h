/* SPDX-License-Identifier: MIT */
/*
 * Counts and latencies per exit reason and per guest event, in the columns of `perf kvm stat`, in constant memory.
 * `vmm run --stats` feeds it as the guest runs; `vmm trace stat` has percentiles too, and counts by tools/trace/stat.
 */
#ifndef VMM_TEXT_EXIT_STAT_H
#define VMM_TEXT_EXIT_STAT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "record/record.h"
#include "record/trace_clock.h"

struct stat_row {
	uint64_t count;
	uint64_t handled; /* the exits whose handling has ended, which that of the last never does */
	uint64_t guest_ticks, guest_min, guest_max; /* TSC ticks in the guest before the exit */
	uint64_t vmm_ticks, vmm_min, vmm_max;	    /* TSC ticks in the VMM, which handled the exit */
	double vmm_squares;			    /* the sum of the squares of these ticks, for stat_error() */
};

struct exit_stat {
	struct stat_row exits[RINGSIDE_EXIT_LIMIT];
	uint64_t events[RINGSIDE_EVENT_COUNT];
	uint64_t open_tsc; /* the exit whose handling has not ended yet; 0 = none */
	uint8_t open_kind;
};

void stat_init(struct exit_stat *stat);

/* Passes over records whose kind is out of range, which trace_reader_next() never delivers. */
void stat_record(struct exit_stat *stat, const union record *record);

/* ---- what whoever adds up records can use too ---- */

/* Nanoseconds. */
double stat_ns(const struct trace_clock *clock, double ticks);

/* The share of a part in the whole; 0 when the whole is 0. */
double stat_percent(double part, double whole);

/*
 * What perf prints as +-: the standard error of the mean, in percent of the mean, from the sum of the samples and that
 * of their squares. Negative when there are fewer than two samples.
 */
double stat_error(uint64_t count, double sum, double squares);

/* Puts the indices of all counts but 0 in order, greatest count first, then by index. Returns how many they are. */
size_t stat_order(const uint64_t *counts, size_t rows, uint16_t *order);

/* ---- printing ---- */

/* Prints a table of exits and one of events, or one JSON object (docs/trace-format.md has its members). */
void stat_print(const struct exit_stat *stat, const struct trace_clock *clock, FILE *out);
void stat_print_json(const struct exit_stat *stat, const struct trace_clock *clock, FILE *out);

#endif
