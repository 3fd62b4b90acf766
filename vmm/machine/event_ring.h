/* SPDX-License-Identifier: MIT */
/*
 * The VMM's end of the guest's event ring (ringside/device.h): turns the guest's events into records, in order of time,
 * before the record of the exit that follows them. Called by machine/loop.c at every exit, and by the board when the
 * guest writes RING. Everything that the guest writes is checked.
 */
#ifndef VMM_MACHINE_EVENT_RING_H
#define VMM_MACHINE_EVENT_RING_H

#include <stdint.h>

#include "machine/guest_memory.h"
#include "record/recorder.h"
#include "ringside/device.h"

struct event_ring {
	struct ringside_ring *shared; /* in guest memory; NULL = no ring */
	uint32_t frame;		      /* page frame that the guest wrote to RING */
	uint32_t capacity;	      /* records; read from the guest once, and checked */
	uint64_t tail;		      /* number of events taken so far */
	uint64_t tsc_offset;	      /* guest's TSC minus host's TSC, modulo 2^64 */
	uint64_t lost; /* events that were overwritten before they were taken, or that have an unknown kind */
};

/*
 * The guest has written `frame` to RING. Frame 0, or a frame without a valid ring in RAM, means that there is no ring.
 */
void event_ring_set(struct event_ring *ring, const struct memory *memory, uint32_t frame);

/*
 * Records the events that the guest wrote while it ran from `entry` to `exit` (host TSC), the limits between which
 * their times are forced. There must be a ring.
 */
void event_ring_take(struct event_ring *ring, struct recorder *recorder, uint64_t entry, uint64_t exit);

/* Calls event_ring_take() if there is a ring with new events. Inline, because every exit does it. */
static inline void event_ring_drain(struct event_ring *ring, struct recorder *recorder, uint64_t entry, uint64_t exit)
{
	if (ring->shared != NULL && __atomic_load_n(&ring->shared->head, __ATOMIC_ACQUIRE) != ring->tail)
		event_ring_take(ring, recorder, entry, exit);
}

#endif
