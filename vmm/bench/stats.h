/* SPDX-License-Identifier: MIT */
/*
 * The statistics of `vmm bench`: order statistics of samples kept by round, and bootstrap intervals that
 * resample whole rounds, since samples of one round share its disturbances. Pure; used by all of bench/.
 */
#ifndef VMM_BENCH_STATS_H
#define VMM_BENCH_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STATS_BOOTSTRAP_REPEATS = 1000 };

/* All samples of one row. Zero-initialised is empty. */
struct series {
	double *values; /* ns */
	size_t *starts; /* index of each round's first */
	size_t count, room;
	size_t rounds, round_room;
};

/* Appends a round; an empty one is kept too, so that rounds of two series correspond. False: no memory. */
bool series_add_round(struct series *series, const double *values, size_t count);
void series_free(struct series *series);
size_t series_full_rounds(const struct series *series); /* those that have samples */
size_t series_round_end(const struct series *series, size_t round);

struct summary {
	size_t count;
	double min, p10, median, p90, p99, max;
	double mad; /* median of the absolute deviations from the median */
};

/* Of no samples all is NAN. */
struct summary series_summarise(const struct series *series);

/* The value below which the fraction `p` of the ascending values lies, interpolated (Hyndman and Fan's type 7). */
double stats_quantile(const double *sorted, size_t count, double p);
void stats_sort(double *values, size_t count);

/* The medians of a series' bootstrap replicates. */
struct replicates {
	double *values; /* STATS_BOOTSTRAP_REPEATS; NULL: no samples or no memory */
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
struct estimate stats_estimate(double value, double *replicates, size_t count, size_t rounds);

/* What a normal variable exceeds with probability `tail`, and Student's t with `freedom` degrees of it. */
double stats_normal_quantile(double tail);
double stats_student_quantile(double tail, double freedom);

/* The median; the median less that of `minus`, measured in the same rounds (NULL: nothing is subtracted). */
struct estimate series_estimate(const struct series *series, const struct series *minus, uint64_t seed);

/* Whether a difference is no greater than its error: its interval holds 0. */
static inline bool estimate_holds_zero(const struct estimate *estimate)
{
	return !(estimate->low > 0 || estimate->high < 0);
}

/* Pseudo-random numbers (xorshift64*): the same from the same seed everywhere. `state` must not be 0. */
uint64_t stats_random(uint64_t *state);

/* Puts 0 ... count-1 into random order. */
void stats_shuffle(unsigned *order, unsigned count, uint64_t *state);

#endif
