/* SPDX-License-Identifier: MIT */
#include "tools/bench/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tools/bench/stats.h"

enum { ROOM_FIRST = 64 };

static bool make_room(void **array, size_t *room, size_t needed, size_t size)
{
	size_t wanted = *room > 0 ? *room : ROOM_FIRST;

	if (needed <= *room)
		return true;
	while (wanted < needed)
		wanted *= 2;
	void *grown = reallocarray(*array, wanted, size);
	if (grown == NULL)
		return false;
	*array = grown;
	*room = wanted;
	return true;
}

bool series_add_round(struct series *series, const double *values, size_t count)
{
	void *kept = series->values, *starts = series->starts;
	bool has_room = make_room(&kept, &series->room, series->count + count, sizeof(*series->values));

	series->values = kept;
	has_room = has_room && make_room(&starts, &series->round_room, series->rounds + 1, sizeof(*series->starts));
	series->starts = starts;
	if (!has_room)
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
	stats_sort(sorted, count);
	return stats_quantile(sorted, count, 0.5);
}

struct summary series_summarise(const struct series *series)
{
	const size_t count = series->count;
	struct summary summary = {0, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	double *sorted = count > 0 ? malloc(count * sizeof(*sorted)) : NULL;

	if (sorted == NULL)
		return summary;
	memcpy(sorted, series->values, count * sizeof(*sorted));
	stats_sort(sorted, count);
	summary = (struct summary){
		.count = count,
		.min = sorted[0],
		.p10 = stats_quantile(sorted, count, 0.1),
		.median = stats_quantile(sorted, count, 0.5),
		.p90 = stats_quantile(sorted, count, 0.9),
		.p99 = stats_quantile(sorted, count, 0.99),
		.max = sorted[count - 1],
	};
	summary.mad = absolute_deviation(sorted, count, summary.median);
	free(sorted);
	return summary;
}
