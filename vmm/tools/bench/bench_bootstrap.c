/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tools/bench/bench_stats.h"
#include "tools/output/order_statistics.h"

#define LOW_TAIL 0.025 /* the part of a distribution that lies below its 95 % interval */

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
		qsort(placed, series->count, sizeof(*placed), compare_doubles); /* their first member is a double */
	return placed;
}

/*
 * The median in which each sample counts as often as its round was drawn, times[round]; `total` is how many samples
 * count then.
 */
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
		const size_t round = stats_random_below(state, series->rounds);

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
		replicates.values = malloc(BOOTSTRAP_REPEATS * sizeof(double));
	for (size_t i = 0; replicates.values != NULL && i < BOOTSTRAP_REPEATS; i++) {
		size_t total = draw(series, times, &seed);

		while (total == 0) /* only rounds without samples have been drawn */
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

/* The factor by which an interval must be wider because few rounds have been measured. */
static double widening(size_t rounds)
{
	const double freedom = (double)(rounds - 1);
	return stats_student_quantile(LOW_TAIL, freedom) / stats_normal_quantile(LOW_TAIL) *
	       sqrt((double)rounds / freedom);
}

/*
 * Replicates of few rounds have few different medians, which often lie all to one side of the value. The interval is
 * made to reach at least as far to both sides of the value as Student's does.
 */
static void reach_as_student(struct estimate *estimate, double deviation, size_t rounds)
{
	estimate->error = fmax(estimate->error, deviation * sqrt((double)rounds / (double)(rounds - 1)));
	const double reach = stats_student_quantile(LOW_TAIL, (double)(rounds - 1)) * estimate->error;

	estimate->low = fmin(estimate->low, estimate->value - reach);
	estimate->high = fmax(estimate->high, estimate->value + reach);
}

struct estimate bootstrap_estimate(double value, double *replicates, size_t count, size_t rounds)
{
	if (rounds < 2)
		return (struct estimate){value, NAN, NAN, NAN};
	const double wider = widening(rounds);

	sort_doubles(replicates, count);
	const double low = quantile_of_sorted(replicates, count, LOW_TAIL);
	const double high = quantile_of_sorted(replicates, count, 1 - LOW_TAIL);
	struct estimate estimate = {
		.value = value,
		.low = value - (value - low) * wider,
		.high = value + (high - value) * wider,
		/* From the interval and not from the variance, because a few replicates may be far off. */
		.error = (high - low) / 2 / stats_normal_quantile(LOW_TAIL) *
			 sqrt((double)rounds / (double)(rounds - 1)),
	};
	if (rounds < ROUNDS_ENOUGH)
		reach_as_student(&estimate, standard_deviation(replicates, count), rounds);
	return estimate;
}

struct estimate series_estimate(const struct series *series, const struct series *minus, uint64_t seed)
{
	struct estimate estimate = {NAN, NAN, NAN, NAN};
	struct replicates own = series_replicate(series, seed);
	struct replicates other = {NULL};
	double value = series_summarise(series).median;
	size_t rounds = series_full_rounds(series);

	if (minus != NULL) {
		other = series_replicate(minus, seed);
		value -= series_summarise(minus).median;
		rounds = series_full_rounds(minus) < rounds ? series_full_rounds(minus) : rounds;
	}
	if (own.values != NULL && (minus == NULL || other.values != NULL)) {
		for (size_t i = 0; minus != NULL && i < BOOTSTRAP_REPEATS; i++)
			own.values[i] -= other.values[i];
		estimate = bootstrap_estimate(value, own.values, BOOTSTRAP_REPEATS, rounds);
	}
	replicates_free(&own);
	replicates_free(&other);
	return estimate;
}
