/* SPDX-License-Identifier: MIT */
/* Quantiles of distributions, and pseudo-random numbers. Used by all of bench/. */
#ifndef VMM_TOOLS_BENCH_BENCH_STATS_H
#define VMM_TOOLS_BENCH_BENCH_STATS_H

#include <stddef.h>
#include <stdint.h>

/* What a normal variable exceeds with probability `tail`, and what Student's t with so many degrees of freedom does. */
double stats_normal_quantile(double tail);
double stats_student_quantile(double tail, double freedom);

/* Pseudo-random numbers (xorshift64*): the same from the same seed on every host. `state` must not be 0. */
uint64_t stats_random(uint64_t *state);
size_t stats_random_below(uint64_t *state, size_t limit);

/* Puts 0 ... count-1 into random order. */
void stats_shuffle(unsigned *order, unsigned count, uint64_t *state);

#endif
