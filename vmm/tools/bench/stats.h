/* SPDX-License-Identifier: MIT */
/* Order statistics, quantiles of distributions, pseudo-random numbers. Pure; used by all of bench/. */
#ifndef VMM_TOOLS_BENCH_STATS_H
#define VMM_TOOLS_BENCH_STATS_H

#include <stddef.h>
#include <stdint.h>

/* The value below which the fraction `p` of the ascending values lies, interpolated (Hyndman and Fan's type 7). */
double stats_quantile(const double *sorted, size_t count, double p);
void stats_sort(double *values, size_t count);
/* For qsort, of doubles or of structures that begin with one. */
int stats_compare(const void *a, const void *b);

/* What a normal variable exceeds with probability `tail`, and Student's t with `freedom` degrees of it. */
double stats_normal_quantile(double tail);
double stats_student_quantile(double tail, double freedom);

/* Pseudo-random numbers (xorshift64*): the same from the same seed everywhere. `state` must not be 0. */
uint64_t stats_random(uint64_t *state);
size_t stats_random_below(uint64_t *state, size_t limit);

/* Puts 0 ... count-1 into random order. */
void stats_shuffle(unsigned *order, unsigned count, uint64_t *state);

#endif
