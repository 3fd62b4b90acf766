/* SPDX-License-Identifier: MIT */
#include "bench/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LOW_TAIL 0.025 /* of a 95 % interval */

enum { ROOM_FIRST = 64 };

/* ---- samples ---- */

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

/* ---- order statistics ---- */

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void stats_sort(double *values, size_t count)
{
	if (count > 0)
		qsort(values, count, sizeof(*values), compare);
}

double stats_quantile(const double *sorted, size_t count, double p)
{
	if (count == 0)
		return (double)NAN;
	const double position = p * (double)(count - 1);
	const size_t below = (size_t)position;

	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + (position - (double)below) * (sorted[below + 1] - sorted[below]);
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

/* ---- the bootstrap ---- */

uint64_t stats_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

/* Below `limit`, by the high half of a product: no visible bias for limits of this size. */
static size_t random_below(uint64_t *state, size_t limit)
{
	return (size_t)((stats_random(state) >> 32) * limit >> 32);
}

void stats_shuffle(unsigned *order, unsigned count, uint64_t *state)
{
	for (unsigned i = 0; i < count; i++)
		order[i] = i;
	for (unsigned i = count; i > 1; i--) {
		const size_t j = random_below(state, i);
		const unsigned kept = order[i - 1];

		order[i - 1] = order[j];
		order[j] = kept;
	}
}

struct placed {
	double value;
	size_t round;
};

static struct placed *place(const struct series *series)
{
	struct placed *placed = malloc(series->count * sizeof(*placed));

	for (size_t round = 0; placed != NULL && round < series->rounds; round++)
		for (size_t i = series->starts[round]; i < series_round_end(series, round); i++)
			placed[i] = (struct placed){series->values[i], round};
	if (placed != NULL)
		qsort(placed, series->count, sizeof(*placed), compare); /* by the first member */
	return placed;
}

/* The median where each sample counts as often as its round was drawn; `total` is the sum of that. */
static double weighted_median(const struct placed *placed, size_t count, const unsigned *times, size_t total)
{
	size_t below = 0;
	double lower = (double)NAN;

	for (size_t i = 0; i < count; i++) {
		const unsigned weight = times[placed[i].round];

		if (weight == 0)
			continue;
		if (isnan(lower) && (below + weight) * 2 >= total) {
			lower = placed[i].value;
			if ((below + weight) * 2 > total)
				return lower;
		} else if (!isnan(lower)) {
			return (lower + placed[i].value) / 2;
		}
		below += weight;
	}
	return lower;
}

static size_t draw(const struct series *series, unsigned *times, uint64_t *state)
{
	size_t total = 0;

	memset(times, 0, series->rounds * sizeof(*times));
	for (size_t i = 0; i < series->rounds; i++) {
		const size_t round = random_below(state, series->rounds);

		times[round]++;
		total += series_round_end(series, round) - series->starts[round];
	}
	return total;
}

struct replicates series_replicate(const struct series *series, uint64_t seed)
{
	struct replicates replicates = {NULL};

	if (series->count == 0)
		return replicates;
	struct placed *placed = place(series);
	unsigned *times = calloc(series->rounds, sizeof(*times));
	if (placed != NULL && times != NULL)
		replicates.values = malloc(STATS_BOOTSTRAP_REPEATS * sizeof(double));
	for (size_t i = 0; replicates.values != NULL && i < STATS_BOOTSTRAP_REPEATS; i++) {
		size_t total = draw(series, times, &seed);

		while (total == 0) /* only rounds without samples */
			total = draw(series, times, &seed);
		replicates.values[i] = weighted_median(placed, series->count, times, total);
	}
	free(placed);
	free(times);
	return replicates;
}

void replicates_free(struct replicates *replicates)
{
	free(replicates->values);
	replicates->values = NULL;
}

static double standard_deviation(const double *values, size_t count)
{
	double mean = 0, squares = 0;

	for (size_t i = 0; i < count; i++)
		mean += values[i] / (double)count;
	for (size_t i = 0; i < count; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return count > 1 ? sqrt(squares / (double)(count - 1)) : (double)NAN;
}

double stats_normal_quantile(double tail)
{
	double low = 0, high = 40;

	for (unsigned i = 0; i < 100; i++) { /* bisection: enough for every bit */
		const double middle = (low + high) / 2;

		*(erfc(middle / M_SQRT2) / 2 > tail ? &low : &high) = middle;
	}
	return low;
}

/* The first terms of its expansion in 1/freedom (Abramowitz and Stegun, 26.7.5). One and two degrees are exact. */
double stats_student_quantile(double tail, double freedom)
{
	const double z = stats_normal_quantile(tail), cube = z * z * z, fifth = cube * z * z;

	if (freedom <= 1)
		return 1 / tan(M_PI * tail);
	if (freedom <= 2)
		return (1 - 2 * tail) / sqrt(2 * tail * (1 - tail));
	return z + (cube + z) / (4 * freedom) + (5 * fifth + 16 * cube + 3 * z) / (96 * freedom * freedom) +
	       (3 * fifth * z * z + 19 * fifth + 17 * cube - 15 * z) / (384 * freedom * freedom * freedom);
}

/* How much wider an interval must be because it stands on few rounds. */
static double widening(size_t rounds)
{
	const double freedom = (double)(rounds - 1);
	return stats_student_quantile(LOW_TAIL, freedom) / stats_normal_quantile(LOW_TAIL) *
	       sqrt((double)rounds / freedom);
}

struct estimate stats_estimate(double value, double *replicates, size_t count, size_t rounds)
{
	if (rounds < 2)
		return (struct estimate){value, NAN, NAN, NAN};
	const double wider = widening(rounds);

	stats_sort(replicates, count);
	return (struct estimate){
		.value = value,
		.low = value - (value - stats_quantile(replicates, count, LOW_TAIL)) * wider,
		.high = value + (stats_quantile(replicates, count, 1 - LOW_TAIL) - value) * wider,
		.error = standard_deviation(replicates, count) * sqrt((double)rounds / (double)(rounds - 1)),
	};
}

size_t series_full_rounds(const struct series *series)
{
	size_t count = 0;

	for (size_t round = 0; round < series->rounds; round++)
		count += series_round_end(series, round) > series->starts[round];
	return count;
}

struct estimate series_estimate(const struct series *series, const struct series *minus, uint64_t seed)
{
	struct estimate estimate = {NAN, NAN, NAN, NAN};
	struct replicates own = series_replicate(series, seed);
	struct replicates other = {NULL};
	double value = series_summarise(series).median;

	if (minus != NULL) {
		other = series_replicate(minus, seed);
		value -= series_summarise(minus).median;
	}
	if (own.values != NULL && (minus == NULL || other.values != NULL)) {
		for (size_t i = 0; minus != NULL && i < STATS_BOOTSTRAP_REPEATS; i++)
			own.values[i] -= other.values[i];
		estimate = stats_estimate(value, own.values, STATS_BOOTSTRAP_REPEATS, series_full_rounds(series));
	}
	replicates_free(&own);
	replicates_free(&other);
	return estimate;
}
