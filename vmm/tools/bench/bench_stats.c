/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_stats.h"

#include <math.h>

/* ---- distributions ---- */

double stats_normal_quantile(double tail)
{
	double low = 0, high = 40;

	for (unsigned i = 0; i < 100; i++) { /* bisection, often enough for every bit of a double */
		const double middle = (low + high) / 2;

		*(erfc(middle / M_SQRT2) / 2 > tail ? &low : &high) = middle;
	}
	return low;
}

/* The first terms of the expansion in 1/freedom (Abramowitz and Stegun, 26.7.5). One and two degrees are exact. */
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

/* ---- random numbers ---- */

uint64_t stats_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

/* The high half of a product has no visible bias for limits of this size. */
size_t stats_random_below(uint64_t *state, size_t limit)
{
	return (size_t)((stats_random(state) >> 32) * limit >> 32);
}

void stats_shuffle(unsigned *order, unsigned count, uint64_t *state)
{
	for (unsigned i = 0; i < count; i++)
		order[i] = i;
	for (unsigned i = count; i > 1; i--) {
		const size_t j = stats_random_below(state, i);
		const unsigned kept = order[i - 1];

		order[i - 1] = order[j];
		order[j] = kept;
	}
}
