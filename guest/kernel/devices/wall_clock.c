/* SPDX-License-Identifier: MIT */
/* Asking the ringside device for the time of day. */
#include "kernel/devices/wall_clock.h"

#include <stdbool.h>

#include "kernel/devices/instructions.h"
#include "kernel/devices/ringside_device.h"
#include "kernel/devices/time.h"

/* The register TIME_LOW latches the other half, so it is read first. */
static uint64_t ask(void)
{
	if (!(ringside_features() & RINGSIDE_FEATURE_TIME))
		return time_now();
	uint64_t low = in32(RINGSIDE_PORT + RINGSIDE_REG_TIME_LOW);
	return (uint64_t)in32(RINGSIDE_PORT + RINGSIDE_REG_TIME_HIGH) << 32 | low;
}

uint64_t wall_clock_now(void)
{
	static uint64_t at_boot;
	static bool known;

	if (!known)
		at_boot = ask() - time_now();
	known = true;
	return at_boot + time_now();
}
