/* SPDX-License-Identifier: MIT */
/* Units of time, and the host's clocks in nanoseconds. Used by everything that measures or waits. */
#ifndef VMM_BASE_UNITS_H
#define VMM_BASE_UNITS_H

#include <stdint.h>
#include <time.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_SECOND UINT64_C(1000000000)

/* The current value of one of the host's clocks (clock_gettime(2)), in nanoseconds. */
static inline uint64_t clock_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

#endif
