/* SPDX-License-Identifier: MIT */
/* Percentiles of a histogram: see histogram.h. */
#include "tools/trace/stat/histogram.h"

/* The middle of a bucket: no value in it is further away than half its width. */
static uint64_t middle(unsigned bucket)
{
	if (bucket < 2 * HISTOGRAM_SHARE)
		return bucket;
	unsigned shift = (bucket >> HISTOGRAM_SHARE_BITS) - 1;
	uint64_t low = (uint64_t)(HISTOGRAM_SHARE + (bucket & (HISTOGRAM_SHARE - 1))) << shift;
	return low + (UINT64_C(1) << shift) / 2;
}

uint64_t histogram_at_rank(const struct histogram *histogram, uint64_t rank)
{
	uint64_t passed = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS && histogram->count > 0; i++) {
		passed += histogram->buckets[i];
		if (passed < rank || passed == 0)
			continue;
		uint64_t value = middle(i);
		return value < histogram->min ? histogram->min : value > histogram->max ? histogram->max : value;
	}
	return 0;
}

uint64_t histogram_percentile(const struct histogram *histogram, unsigned percent)
{
	/* In two steps, as the product may not fit. */
	return histogram_at_rank(histogram,
				 histogram->count / 100 * percent + (histogram->count % 100 * percent + 99) / 100);
}
