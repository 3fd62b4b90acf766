/* SPDX-License-Identifier: MIT */
/*
 * The VMM's end of the guest's event ring (ringside/device.h): turns the guest's events into records, in
 * the order of time, before the exit that follows them. Believes nothing the guest writes.
 */
#ifndef VMM_MACHINE_RING_H
#define VMM_MACHINE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/guest_memory.h"
#include "record/recorder.h"
#include "ringside/device.h"

struct ring {
	struct ringside_ring *shared; /* in guest memory; NULL = no ring */
	uint32_t frame;		      /* as the guest set it */
	uint32_t capacity;	      /* read once, checked */
	uint64_t tail;		      /* events taken */
	uint64_t tsc_offset;	      /* guest's TSC - host's */
	uint64_t lost;		      /* events overwritten before they were taken, or of no known kind */
};

/* The guest names the ring's page frame; 0, or one where no sound ring lies, means none. */
void ring_set(struct ring *ring, const struct memory *memory, uint32_t frame);

/* Takes what the guest wrote while it ran from `entry` to `exit` (host TSC). */
void ring_take(struct ring *ring, struct recorder *recorder, uint64_t entry, uint64_t exit);

/* The same, at the cost of one comparison when there is nothing. */
static inline void ring_drain(struct ring *ring, struct recorder *recorder, uint64_t entry, uint64_t exit)
{
	if (ring->shared != NULL && __atomic_load_n(&ring->shared->head, __ATOMIC_ACQUIRE) != ring->tail)
		ring_take(ring, recorder, entry, exit);
}

#endif
