/* SPDX-License-Identifier: MIT */
/*
 * Compares two results of `vmm bench`, row by row. Reads their JSON and believes nothing in it. Called by
 * bench_command.c.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_COMPARE_H
#define VMM_TOOLS_BENCH_BENCH_COMPARE_H

#include "base/error.h"
#include "base/table.h"

enum verdict { VERDICT_CANNOT_TELL, VERDICT_BETTER, VERDICT_WORSE };

/* One row of one result: a value, its standard error, and how many rounds were measured for them. */
struct measured {
	double value, error;
	unsigned rounds;
};

struct difference {
	double percent, low, high; /* percent of A's value; the intervals hold for all rows together */
	enum verdict verdict;
};

/*
 * Compares B with A, as one of `rows` comparisons. B is better or worse when the whole interval of the difference is
 * beyond `margin` percent, by which two runs of one build may differ because of where code and data lie in memory.
 */
struct difference compare_values(const struct measured *a, const struct measured *b, unsigned rows, double margin);

struct comparison {
	unsigned rows, better, worse, only_in_one;
	double worst; /* percent by which the row that is most certainly worse is worse at least; 0 = no row is worse */
};

/* Prints the table, without A's and B's values where there is no room. -1 with a line in *error when a file cannot be
 * read or is no result of `vmm bench`. */
int compare_files(const char *a, const char *b, double margin, struct comparison *comparison, struct page *page,
		  struct error *error);

#endif
