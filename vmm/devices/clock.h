/* SPDX-License-Identifier: MIT */
/*
 * Time as devices see it: the host's CLOCK_MONOTONIC in nanoseconds, and one alarm they may set.
 * The board supplies both; unit tests supply their own.
 */
#ifndef VMM_DEVICES_CLOCK_H
#define VMM_DEVICES_CLOCK_H

#include <stdint.h>

#define CLOCK_NEVER UINT64_MAX

struct clock {
	uint64_t (*now)(void *owner);
	void (*alarm)(void *owner, uint64_t deadline); /* absolute ns; replaces the last one; CLOCK_NEVER = none */
	void *owner;
};

#endif
