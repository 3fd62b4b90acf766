/* SPDX-License-Identifier: MIT */
/*
 * Counts the reads of a bus that no device answered, and finds the address that is read most: that of a device for
 * which the guest waits and which is not there. A part of each bus (devices/bus.h), reported by run/summary.c.
 */
#ifndef VMM_DEVICES_UNCLAIMED_H
#define VMM_DEVICES_UNCLAIMED_H

#include <stdint.h>

enum { UNCLAIMED_SLOTS = 8 };

/* An address and how often it was read, less the reads that the algorithm has forgotten. */
struct unclaimed_slot {
	uint64_t address;
	uint64_t count; /* 0 = the slot is free */
};

/* All zeros at the start. */
struct unclaimed {
	uint64_t reads;
	unsigned last; /* the slot that was used last, tried first: guests poll */
	struct unclaimed_slot slots[UNCLAIMED_SLOTS];
};

/* Counts one read. The work is bounded by UNCLAIMED_SLOTS, whatever addresses the guest chooses. */
void unclaimed_read(struct unclaimed *unclaimed, uint64_t address);

/*
 * The slot of the address that was read most, if that had more than a part of 1 / (UNCLAIMED_SLOTS + 1) of all reads:
 * it then certainly has one. Otherwise the slot of any address, or NULL.
 */
const struct unclaimed_slot *unclaimed_most(const struct unclaimed *unclaimed);

#endif
