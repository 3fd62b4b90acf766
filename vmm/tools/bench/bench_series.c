/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_series.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "tools/output/order_statistics.h"

bool series_add_round(struct series *series, const double *values, size_t count)
{
	if (!array_reserve(&series->values, &series->room, series->count + count, SIZE_MAX, sizeof(*series->values)) ||
	    !array_reserve(&series->starts, &series->round_room, series->rounds + 1, SIZE_MAX, sizeof(*series->starts)))
		return false;
	series->starts[series->rounds++] = series->count;
	if (count > 0)
		memcpy(series->values + series->count, values, count * sizeof(*values));
	series->count += count;
	return true;
}

void series_free(struct series *series)
{
	free(series->values);
	free(series->starts);
	*series = (struct series){0};
}

size_t series_round_end(const struct series *series, size_t round)
{
	return round + 1 < series->rounds ? series->starts[round + 1] : series->count;
}

size_t series_full_rounds(const struct series *series)
{
	size_t count = 0;

	for (size_t round = 0; round < series->rounds; round++)
		count += series_round_end(series, round) > series->starts[round];
	return count;
}

static double absolute_deviation(double *sorted, size_t count, double median)
{
	for (size_t i = 0; i < count; i++)
		sorted[i] = fabs(sorted[i] - median);
	return sort_for_median(sorted, count);
}

struct summary series_summarise(const struct series *series)
{
	const size_t count = series->count;
	struct summary summary = {0, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	double *sorted = count > 0 ? malloc(count * sizeof(*sorted)) : NULL;

	if (sorted == NULL)
		return summary;
	memcpy(sorted, series->values, count * sizeof(*sorted));
	sort_doubles(sorted, count);
	summary = (struct summary){
		.count = count,
		.min = sorted[0],
		.p10 = quantile_of_sorted(sorted, count, 0.1),
		.median = quantile_of_sorted(sorted, count, 0.5),
		.p90 = quantile_of_sorted(sorted, count, 0.9),
		.p99 = quantile_of_sorted(sorted, count, 0.99),
		.max = sorted[count - 1],
	};
	summary.mad = absolute_deviation(sorted, count, summary.median);
	free(sorted);
	return summary;
}
