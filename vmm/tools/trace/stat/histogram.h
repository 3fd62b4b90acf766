/* SPDX-License-Identifier: MIT */
/*
 * A distribution of 64-bit numbers in constant memory: each power of two is divided into 64 buckets of equal
 * width, so that a percentile is off by less than 0.8 %; below 64 it is exact. Count, sum, minimum and maximum
 * are exact too.
 */
#ifndef VMM_TOOLS_TRACE_STAT_HISTOGRAM_H
#define VMM_TOOLS_TRACE_STAT_HISTOGRAM_H

#include <stdint.h>

enum {
	HISTOGRAM_SHARE_BITS = 6,
	HISTOGRAM_SHARE = 1 << HISTOGRAM_SHARE_BITS, /* buckets of a power of two */
	HISTOGRAM_BUCKETS = (64 - HISTOGRAM_SHARE_BITS + 1) * HISTOGRAM_SHARE,
};

struct histogram {
	uint64_t count;
	uint64_t sum; /* UINT64_MAX when it does not fit */
	uint64_t min, max;
	double squares; /* sum of squares, for the spread of the mean */
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

/* A value below HISTOGRAM_SHARE has the bucket that it would have if its highest bit were that of HISTOGRAM_SHARE. */
static inline unsigned histogram_bucket(uint64_t value)
{
	const unsigned shift = 63u - HISTOGRAM_SHARE_BITS - (unsigned)__builtin_clzll(value | HISTOGRAM_SHARE);

	return (shift << HISTOGRAM_SHARE_BITS) + (unsigned)(value >> shift);
}

static inline void histogram_add(struct histogram *histogram, uint64_t value)
{
	if (histogram->count++ == 0 || value < histogram->min)
		histogram->min = value;
	if (value > histogram->max)
		histogram->max = value;
	if (__builtin_add_overflow(histogram->sum, value, &histogram->sum))
		histogram->sum = UINT64_MAX;
	histogram->squares += (double)value * (double)value;
	histogram->buckets[histogram_bucket(value)]++;
}

/* The value of a rank: 1 is that of the least value, `count` that of the greatest; 0 when there are none. */
uint64_t histogram_at_rank(const struct histogram *histogram, uint64_t rank);

/* The value that `percent` of all values do not exceed; 0 when there are none. */
uint64_t histogram_percentile(const struct histogram *histogram, unsigned percent);

#endif
