/* SPDX-License-Identifier: MIT */
#include "tools/output/order_statistics.h"

#include <math.h>
#include <stdlib.h>

int compare_doubles(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void sort_doubles(double *values, size_t count)
{
	if (count > 0)
		qsort(values, count, sizeof(*values), compare_doubles);
}

double quantile_of_sorted(const double *sorted, size_t count, double p)
{
	if (count == 0)
		return (double)NAN;
	const double position = p * (double)(count - 1);
	const size_t below = (size_t)position;

	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + (position - (double)below) * (sorted[below + 1] - sorted[below]);
}

double sort_for_median(double *values, size_t count)
{
	sort_doubles(values, count);
	return quantile_of_sorted(values, count, 0.5);
}
