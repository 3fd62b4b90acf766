/* SPDX-License-Identifier: MIT */
/*
 * The VMM's end of the guest's event ring (ringside/device.h): turns the guest's events into records, in order of time,
 * before the record of the exit that follows them. Called by machine/loop.c at every exit, and by the board when the
 * guest writes RING. Everything that the guest writes is checked, and no exit takes more than
 * RINGSIDE_RING_CAPACITY_MAX records of the guest's, whatever the guest writes.
 */
#ifndef VMM_MACHINE_EVENT_RING_H
#define VMM_MACHINE_EVENT_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/guest_memory.h"
#include "record/recorder.h"
#include "ringside/device.h"

/* Records that event_ring_take() takes at most; between two calls the run loop looks for a kick that ends the run. */
enum { EVENT_RING_STEP = 1024 };

struct event_ring {
	struct ringside_ring *shared; /* in guest memory; NULL = no ring */
	uint32_t frame;		      /* page frame of the ring, as the guest reads it from RING; 0 = no ring */
	uint32_t capacity;	      /* records; read from the guest once, and checked */
	uint64_t tail;		      /* number of events taken so far */
	uint64_t latest;	      /* host TSC of the last event taken */
	uint64_t tsc_offset;	      /* guest's TSC minus host's TSC, modulo 2^64 */
	uint64_t lost;	  /* events that were overwritten before they were taken, have an unknown kind, or were left */
	uint64_t refused; /* rings that were not valid */
	uint32_t refused_capacity; /* of the last of these; 0 = it was not in RAM */
};

/* The guest has written `frame` to RING: 0 for no ring. A ring that is not valid is refused, and then there is none. */
void event_ring_set(struct event_ring *ring, const struct memory *memory, uint32_t frame);

/* Whether there is a ring with events that have not been taken. Inline, because every exit asks. */
static inline bool event_ring_has_events(const struct event_ring *ring)
{
	return ring->shared != NULL && __atomic_load_n(&ring->shared->head, __ATOMIC_ACQUIRE) != ring->tail;
}

/*
 * Records up to EVENT_RING_STEP of the events that the guest wrote while it ran from `entry` to `exit` (host TSC), the
 * limits between which their times are forced. What is wrong with the events goes into records of its own (RING), one
 * for each fault. There must be a ring. To be called again while it returns true: there are more.
 */
bool event_ring_take(struct event_ring *ring, struct recorder *recorder, uint64_t entry, uint64_t exit);

/*
 * At the end of the run: counts the events that will not be taken as lost, and records that at `tsc`, if `recorder` is
 * not NULL.
 */
void event_ring_abandon(struct event_ring *ring, struct recorder *recorder, uint64_t tsc);

#endif
