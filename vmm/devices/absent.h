/* SPDX-License-Identifier: MIT */
/*
 * The devices of a PC that this machine lacks, by the addresses at which kernels look for them. run/summary.c names the
 * one that a guest has polled.
 */
#ifndef VMM_DEVICES_ABSENT_H
#define VMM_DEVICES_ABSENT_H

#include <stdbool.h>
#include <stdint.h>

struct absent_device {
	bool is_mmio; /* true = guest-physical addresses; false = I/O ports */
	uint64_t base, length;
	const char *name;
	const char *advice; /* what to do instead */
};

/* The device that a PC has at an address; NULL when none is known there. */
const struct absent_device *absent_device_at(bool is_mmio, uint64_t address);

#endif
