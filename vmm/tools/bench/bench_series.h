/* SPDX-License-Identifier: MIT */
/* The samples of one row, kept by round, and their summary. Filled while measuring, read by bench_report.c. */
#ifndef VMM_TOOLS_BENCH_BENCH_SERIES_H
#define VMM_TOOLS_BENCH_BENCH_SERIES_H

#include <stdbool.h>
#include <stddef.h>

/* A zero-initialised series is empty. */
struct series {
	double *values; /* ns */
	size_t *starts; /* the index of each round's first value */
	size_t count, room;
	size_t rounds, round_room;
};

/* Appends a round, which may be empty, so that the rounds of two series correspond. False when there is no memory. */
bool series_add_round(struct series *series, const double *values, size_t count);
void series_free(struct series *series);
/* How many rounds have samples. */
size_t series_full_rounds(const struct series *series);
/* The index behind the last value of a round. */
size_t series_round_end(const struct series *series, size_t round);

struct summary {
	size_t count;
	double min, p10, median, p90, p99, max;
	double mad; /* median of the absolute deviations from the median */
};

/* A series without samples has a summary of NAN. */
struct summary series_summarise(const struct series *series);

#endif
