/* SPDX-License-Identifier: MIT */
/*
 * Bootstrap intervals that resample whole rounds, since samples of one round share its disturbances (the block
 * bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap, 8.6). Pure; used by report.c.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_BOOTSTRAP_H
#define VMM_TOOLS_BENCH_BENCH_BOOTSTRAP_H

#include "tools/bench/bench_series.h"

#include <stdint.h>

enum {
	BOOTSTRAP_REPEATS = 1000,
	ROUNDS_ENOUGH = 6, /* with fewer, intervals are wide for want of rounds alone */
};

/* The medians of a series' bootstrap replicates. */
struct replicates {
	double *values; /* BOOTSTRAP_REPEATS; NULL: no samples or no memory */
};

/*
 * The same seed draws the same rounds, so that series of one run, replicated with one seed, stay paired:
 * their differences do not contain what disturbed both.
 */
struct replicates series_replicate(const struct series *series, uint64_t seed);
void replicates_free(struct replicates *replicates);

struct estimate {
	double value, low, high; /* of the 95 % interval */
	double error;		 /* standard error */
};

/*
 * An interval around `value` from its replicates (which get sorted), which stand on so many rounds. It is
 * widened as Student's t is against the normal distribution, since a few rounds show less than there is;
 * one shows nothing, so there the interval is NAN.
 */
struct estimate bootstrap_estimate(double value, double *replicates, size_t count, size_t rounds);

/* The median; the median less that of `minus`, measured in the same rounds (NULL: nothing is subtracted). */
struct estimate series_estimate(const struct series *series, const struct series *minus, uint64_t seed);

/* Whether a difference is no greater than its error: its interval holds 0. */
static inline bool estimate_holds_zero(const struct estimate *estimate)
{
	return !(estimate->low > 0 || estimate->high < 0);
}

#endif
