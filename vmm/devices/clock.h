/* SPDX-License-Identifier: MIT */
/*
 * Time as devices see it: the host's CLOCK_MONOTONIC in nanoseconds, the time of day, and one alarm, which the 8254
 * sets. run/run.c implements both for `vmm run`; unit tests have implementations of their own.
 */
#ifndef VMM_DEVICES_CLOCK_H
#define VMM_DEVICES_CLOCK_H

#include <stdint.h>

#define CLOCK_NEVER UINT64_MAX

struct clock {
	uint64_t (*now)(void *owner);
	/* Sets the alarm to an absolute time, or removes it (CLOCK_NEVER). At that time the 8254's pit_advance() is
	 * called. */
	void (*alarm)(void *owner, uint64_t deadline);
	void *owner;
	uint64_t (*time_of_day)(void *owner); /* nanoseconds since 1970-01-01 00:00 UTC; NULL: the time is not known */
};

#endif
