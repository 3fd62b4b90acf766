/* SPDX-License-Identifier: MIT */
/* Unit tests of the benchmark's statistics, with known results and with random samples of a known distribution. */
#include <criterion/criterion.h>
#include <math.h>

#include "tools/bench/bench_bootstrap.h"
#include "tools/bench/bench_stats.h"
#include "tools/output/order_statistics.h"

#define TRUE_MEDIAN 100.0
#define TOLERANCE 1e-3

enum { ROUNDS = 20, PER_ROUND = 8, TRIALS = 200 };

static double uniform(uint64_t *state)
{
	return (double)(stats_random(state) >> 11) / (double)(UINT64_C(1) << 53);
}

/* Approximates a normally distributed number: the sum of twelve uniform ones, minus the mean of that sum. */
static double normal(uint64_t *state)
{
	double sum = -6;

	for (unsigned i = 0; i < 12; i++)
		sum += uniform(state);
	return sum;
}

/* Rounds that share a disturbance of `common`, around TRUE_MEDIAN + `shift`; one sample in ten is far off. */
static struct series draw_rounds(uint64_t *state, unsigned rounds, double shift, const double *common)
{
	struct series series = {0};
	double values[PER_ROUND];

	for (unsigned round = 0; round < rounds; round++) {
		for (unsigned i = 0; i < PER_ROUND; i++)
			values[i] = TRUE_MEDIAN + shift + common[round] + normal(state);
		values[0] += uniform(state) < 0.8 ? 1000 * uniform(state) : 0;
		cr_assert(series_add_round(&series, values, PER_ROUND));
	}
	return series;
}

static struct series draw_series(uint64_t *state, double shift, const double *common)
{
	return draw_rounds(state, ROUNDS, shift, common);
}

static void draw_common(uint64_t *state, double size, double *common)
{
	for (unsigned round = 0; round < ROUNDS; round++)
		common[round] = size * normal(state);
}

Test(bench_stats, quantiles_interpolate)
{
	const double values[] = {1, 2, 3, 4};

	cr_expect_float_eq(quantile_of_sorted(values, 4, 0), 1, TOLERANCE);
	cr_expect_float_eq(quantile_of_sorted(values, 4, 0.5), 2.5, TOLERANCE);
	cr_expect_float_eq(quantile_of_sorted(values, 4, 0.9), 3.7, TOLERANCE);
	cr_expect_float_eq(quantile_of_sorted(values, 4, 1), 4, TOLERANCE);
	cr_expect(isnan(quantile_of_sorted(values, 0, 0.5)));
}

Test(bench_stats, summary_of_known_samples)
{
	const double first[] = {5, 1, 9}, second[] = {3, 100};
	struct series series = {0};

	series_add_round(&series, first, 3);
	series_add_round(&series, NULL, 0);
	series_add_round(&series, second, 2);
	const struct summary summary = series_summarise(&series);
	cr_expect_eq(summary.count, 5);
	cr_expect_eq(series.rounds, 3);
	cr_expect_eq(series_full_rounds(&series), 2);
	cr_expect_float_eq(summary.min, 1, TOLERANCE);
	cr_expect_float_eq(summary.median, 5, TOLERANCE);
	cr_expect_float_eq(summary.max, 100, TOLERANCE);
	cr_expect_float_eq(summary.mad, 4, TOLERANCE, "deviations 4 4 0 2 95");
	series_free(&series);
}

Test(bench_stats, no_samples_are_no_number)
{
	const struct series series = {0};
	const struct estimate estimate = series_estimate(&series, NULL, 1);

	cr_expect(isnan(series_summarise(&series).median));
	cr_expect(isnan(estimate.value) && isnan(estimate.low));
}

Test(bench_stats, quantiles_of_distributions)
{
	cr_expect_float_eq(stats_normal_quantile(0.025), 1.959964, TOLERANCE);
	cr_expect_float_eq(stats_normal_quantile(0.0005), 3.290527, TOLERANCE);
	cr_expect_float_eq(stats_student_quantile(0.025, 1), 12.7062, TOLERANCE);
	cr_expect_float_eq(stats_student_quantile(0.025, 2), 4.30265, TOLERANCE);
	cr_expect_float_eq(stats_student_quantile(0.025, 5), 2.57058, 0.01);
	cr_expect_float_eq(stats_student_quantile(0.025, 30), 2.04227, TOLERANCE);
}

/* About 95 % of many intervals must contain the true median, also when whole rounds are disturbed. */
Test(bench_stats, interval_holds_the_median_as_often_as_it_says)
{
	uint64_t state = 7;
	unsigned held = 0;
	double common[ROUNDS];

	for (unsigned trial = 0; trial < TRIALS; trial++) {
		draw_common(&state, 3, common);
		struct series series = draw_series(&state, 0, common);
		const struct estimate estimate = series_estimate(&series, NULL, trial + 1);

		/* One sample in eight is raised most of the time, which moves the median up by a fifth of a deviation.
		 */
		held += estimate.low <= TRUE_MEDIAN + 0.5 && estimate.high >= TRUE_MEDIAN - 0.5;
		series_free(&series);
	}
	cr_expect_geq(held, TRIALS * 90 / 100);
}

/* Rows that time whole runs have few rounds; their intervals must be wide enough for so few. */
Test(bench_stats, interval_of_few_rounds_is_as_honest)
{
	uint64_t state = 19;
	double common[ROUNDS];

	for (unsigned rounds = 2; rounds < 8; rounds++) {
		unsigned held = 0;

		for (unsigned trial = 0; trial < TRIALS; trial++) {
			draw_common(&state, 3, common);
			struct series series = draw_rounds(&state, rounds, 0, common);
			const struct estimate estimate = series_estimate(&series, NULL, trial + 1);

			held += estimate.low <= TRUE_MEDIAN && estimate.high >= TRUE_MEDIAN;
			series_free(&series);
		}
		cr_expect_geq(held, TRIALS * 93 / 100, "%u of %u with %u rounds", held, TRIALS, rounds);
	}
}

/* A disturbance of whole rounds affects both series alike, so it must not widen the interval of their difference. */
Test(bench_stats, subtraction_pairs_the_rounds)
{
	uint64_t state = 11;
	double common[ROUNDS];

	draw_common(&state, 20, common);
	struct series base = draw_series(&state, 0, common), more = draw_series(&state, 5, common);
	const struct estimate alone = series_estimate(&more, NULL, 3), less = series_estimate(&more, &base, 3);

	cr_expect_gt(alone.error, 2 * less.error);
	cr_expect_leq(less.low, 5.0);
	cr_expect_geq(less.high, 5.0);
	series_free(&base);
	series_free(&more);
}

Test(bench_stats, difference_within_its_error_is_none)
{
	uint64_t state = 13;
	const double common[ROUNDS] = {0};
	struct series a = draw_series(&state, 0, common), b = draw_series(&state, 0, common);
	struct series c = draw_series(&state, 10, common);
	const struct estimate nothing = series_estimate(&a, &b, 5), something = series_estimate(&c, &a, 5);

	cr_expect(estimate_holds_zero(&nothing));
	cr_expect_not(estimate_holds_zero(&something));
	series_free(&a);
	series_free(&b);
	series_free(&c);
}

Test(bench_stats, one_round_gives_no_interval)
{
	const double values[] = {1, 2, 3};
	struct series series = {0};

	series_add_round(&series, values, 3);
	const struct estimate estimate = series_estimate(&series, NULL, 1);
	cr_expect_float_eq(estimate.value, 2, TOLERANCE);
	cr_expect_not(isfinite(estimate.error));
	cr_expect_not(isfinite(estimate.low) || isfinite(estimate.high));
	series_free(&series);
}

Test(bench_stats, same_seed_same_interval)
{
	uint64_t state = 17;
	const double common[ROUNDS] = {0};
	struct series series = draw_series(&state, 0, common);
	const struct estimate first = series_estimate(&series, NULL, 9), again = series_estimate(&series, NULL, 9);

	cr_expect(first.low == again.low && first.high == again.high);
	series_free(&series);
}

Test(bench_stats, shuffle_keeps_everything)
{
	enum { COUNT = 50 };
	unsigned order[COUNT], seen[COUNT] = {0}, moved = 0;
	uint64_t state = 1;

	stats_shuffle(order, COUNT, &state);
	for (unsigned i = 0; i < COUNT; i++) {
		seen[order[i]]++;
		moved += order[i] != i;
	}
	for (unsigned i = 0; i < COUNT; i++)
		cr_expect_eq(seen[i], 1);
	cr_expect_gt(moved, COUNT / 2);
}
