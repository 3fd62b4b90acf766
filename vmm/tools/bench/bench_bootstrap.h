/* SPDX-License-Identifier: MIT */
/*
 * Bootstrap intervals that resample whole rounds, since samples of one round share its disturbances (the block
 * bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap, 8.6). Used by bench_report.c.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_BOOTSTRAP_H
#define VMM_TOOLS_BENCH_BENCH_BOOTSTRAP_H

#include "tools/bench/bench_series.h"

#include <stdint.h>

enum {
	BOOTSTRAP_REPEATS = 1000,
	ROUNDS_ENOUGH = 6, /* with fewer rounds, intervals are wide for that reason alone */
};

/* The medians of a series' bootstrap replicates. */
struct replicates {
	double *values; /* BOOTSTRAP_REPEATS of them; NULL = no samples or no memory */
};

/*
 * The same seed draws the same rounds. Two series of one run that are replicated with the same seed therefore stay
 * paired, and what disturbed both of them is not in their difference.
 */
struct replicates series_replicate(const struct series *series, uint64_t seed);
void replicates_free(struct replicates *replicates);

struct estimate {
	double value, low, high; /* of the 95 % interval */
	double error;		 /* standard error */
};

/*
 * The 95 % interval around `value`, from replicates of `value` (which are sorted here) that were drawn from so many
 * rounds. Few rounds show less than the whole spread, so the interval is widened as Student's t is against the normal
 * distribution; one round shows no spread, and the interval is NAN.
 */
struct estimate bootstrap_estimate(double value, double *replicates, size_t count, size_t rounds);

/* The median of `series`, less the median of `minus` (NULL = nothing), which was measured in the same rounds. */
struct estimate series_estimate(const struct series *series, const struct series *minus, uint64_t seed);

/* Whether a difference cannot be told from its error, which is so when its interval contains 0. */
static inline bool estimate_holds_zero(const struct estimate *estimate)
{
	return !(estimate->low > 0 || estimate->high < 0);
}

#endif
