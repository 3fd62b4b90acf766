/* SPDX-License-Identifier: MIT */
/*
 * Counts the guest's reads that no device answered, and finds the address that is read most: that of a device for which
 * the guest waits and which is not there. Called by machine/exit.c, reported by run/summary.c.
 */
#ifndef VMM_MACHINE_UNCLAIMED_H
#define VMM_MACHINE_UNCLAIMED_H

#include <stdbool.h>
#include <stdint.h>

enum { UNCLAIMED_SLOTS = 8 };

/* An address and how often it was read, less the reads that the algorithm has forgotten. */
struct unclaimed_slot {
	uint64_t address;
	uint64_t count; /* 0 = the slot is free */
	bool is_mmio;
};

/* All zeros at the start. */
struct unclaimed {
	uint64_t reads;
	struct unclaimed_slot slots[UNCLAIMED_SLOTS];
};

/* Counts one read. The work is bounded by UNCLAIMED_SLOTS, whatever addresses the guest chooses. */
void unclaimed_read(struct unclaimed *unclaimed, bool is_mmio, uint64_t address);

/*
 * The address that was read most, if it had more than a part of 1 / (UNCLAIMED_SLOTS + 1) of all reads: its slot is
 * then certainly found. Otherwise that of any address, or NULL.
 */
const struct unclaimed_slot *unclaimed_most(const struct unclaimed *unclaimed);

#endif
