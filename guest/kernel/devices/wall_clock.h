/* SPDX-License-Identifier: MIT */
/*
 * The time of day, which the ringside device tells (ringside/device.h). It is asked once, when a time of day is first
 * needed; the TSC counts from there. Without the device, or with one that does not know the time, time begins at boot.
 */
#ifndef GUEST_KERNEL_DEVICES_WALL_CLOCK_H
#define GUEST_KERNEL_DEVICES_WALL_CLOCK_H

#include <stdint.h>

/* Nanoseconds since 1970-01-01 00:00 UTC. */
uint64_t wall_clock_now(void);

#endif
