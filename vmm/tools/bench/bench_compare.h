/* SPDX-License-Identifier: MIT */
/* Two results of `vmm bench` set against each other, row by row. Reads their JSON and believes nothing in it. */
#ifndef VMM_TOOLS_BENCH_BENCH_COMPARE_H
#define VMM_TOOLS_BENCH_BENCH_COMPARE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

enum verdict { VERDICT_CANNOT_TELL, VERDICT_BETTER, VERDICT_WORSE };

/* One row of one result: a value, its standard error, and how many rounds that stands on. */
struct measured {
	double value, error;
	unsigned rounds;
};

struct difference {
	double percent, low, high; /* of A's value; the interval is simultaneous over all rows */
	enum verdict verdict;
};

/*
 * B against A, as one of `rows` comparisons. A difference counts when its interval is clear of `margin`
 * percent: so much two runs of one build may differ by where code and data came to lie.
 */
struct difference compare_values(const struct measured *a, const struct measured *b, unsigned rows, double margin);

struct comparison {
	unsigned rows, better, worse, only_in_one;
	double worst; /* percent of the row that is certainly worse by most; 0: none is */
};

/* Prints the table on `out`. -1: a file cannot be read or is not such a result. */
int compare_files(const char *a, const char *b, double margin, struct comparison *comparison, FILE *out,
		  struct error *error);

#endif
