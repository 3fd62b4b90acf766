/* SPDX-License-Identifier: MIT */
/* Sorting numbers, and the values below which parts of them lie. */
#ifndef VMM_TOOLS_OUTPUT_ORDER_STATISTICS_H
#define VMM_TOOLS_OUTPUT_ORDER_STATISTICS_H

#include <stddef.h>

/* Ascending. */
void sort_doubles(double *values, size_t count);

/* For qsort(), of doubles or of structures that begin with one. */
int compare_doubles(const void *a, const void *b);

/*
 * The value below which the fraction `p` of the ascending values lies, interpolated (Hyndman and Fan's type 7). NAN of
 * no values.
 */
double quantile_of_sorted(const double *sorted, size_t count, double p);

/* Sorts the values and returns the one in the middle, or the mean of the two in the middle; NAN of no values. */
double sort_for_median(double *values, size_t count);

#endif
