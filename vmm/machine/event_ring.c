/* SPDX-License-Identifier: MIT */
/* Checks and reads the guest's event ring: see event_ring.h. */
#include "machine/event_ring.h"

static struct ringside_ring *refuse(struct event_ring *ring, uint32_t capacity)
{
	ring->refused++;
	ring->refused_capacity = capacity;
	return NULL;
}

/* The ring at `address`, whose capacity goes to ring->capacity; NULL when it is refused. */
static struct ringside_ring *find(struct event_ring *ring, const struct memory *memory, uint64_t address)
{
	struct ringside_ring *shared = memory_translate(memory, address, sizeof(*shared));

	if (shared == NULL)
		return refuse(ring, 0);
	const uint32_t capacity = __atomic_load_n(&shared->capacity, __ATOMIC_RELAXED);
	const uint64_t size = sizeof(*shared) + (uint64_t)capacity * sizeof(shared->records[0]);
	if (capacity == 0 || (capacity & (capacity - 1)) != 0 || capacity > RINGSIDE_RING_CAPACITY_MAX)
		return refuse(ring, capacity);
	if (memory_translate(memory, address, size) == NULL)
		return refuse(ring, 0);
	ring->capacity = capacity;
	return shared;
}

void event_ring_set(struct event_ring *ring, const struct memory *memory, uint32_t frame)
{
	ring->shared = frame != 0 ? find(ring, memory, frame * MEMORY_PAGE_SIZE) : NULL;
	ring->frame = ring->shared != NULL ? frame : 0;
	if (ring->shared != NULL)
		ring->tail = __atomic_load_n(&ring->shared->tail, __ATOMIC_RELAXED);
}

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
	return value < low ? low : value > high ? high : value;
}

/* Ticks by which the estimate of the guest's TSC may be off, so that a time is no lie. */
enum { CLOCK_SLACK = 1 << 20 };

static void record_fault(const struct event_ring *ring, struct recorder *recorder, enum ringside_ring_fault fault,
			 uint64_t records)
{
	if (records > 0)
		recorder_append(recorder, &(union record){.event = {
								  .tsc = ring->latest,
								  .a = records,
								  .b = fault,
								  .kind = RECORD_EVENT + RINGSIDE_EVENT_RING,
							  }});
}

/*
 * Whether a time is before that of the event before it, `since`, or after the exit. It may be before the entry: the
 * guest reads the clock some instructions before the event counts, and any number of exits may come between.
 */
static bool is_impossible(uint64_t since, uint64_t tsc, uint64_t exit)
{
	return (int64_t)(tsc - since) < -CLOCK_SLACK || (int64_t)(tsc - exit) > CLOCK_SLACK;
}

bool event_ring_take(struct event_ring *ring, struct recorder *recorder, uint64_t entry, uint64_t exit)
{
	const uint64_t head = __atomic_load_n(&ring->shared->head, __ATOMIC_ACQUIRE);
	uint64_t faults[RINGSIDE_RING_FAULT_COUNT] = {0};

	if (head - ring->tail > ring->capacity) {
		const uint64_t missing = head - ring->tail - ring->capacity;
		faults[missing >> 63 ? RINGSIDE_RING_BACKWARDS : RINGSIDE_RING_OVERWRITTEN] =
			missing >> 63 ? 1 : missing;
		ring->lost += missing;
		ring->tail = head - ring->capacity;
	}
	uint64_t since = ring->latest;
	if (ring->latest < entry)
		ring->latest = entry;
	for (unsigned taken = 0; ring->tail != head && taken < EVENT_RING_STEP; ring->tail++, taken++) {
		const struct ringside_event_record event = ring->shared->records[ring->tail & (ring->capacity - 1)];

		if (event.kind >= RINGSIDE_EVENT_GUEST_COUNT) {
			ring->lost++;
			faults[RINGSIDE_RING_KIND]++;
			continue;
		}
		faults[RINGSIDE_RING_CLOCK] += is_impossible(since, event.tsc - ring->tsc_offset, exit);
		since = ring->latest = clamp(event.tsc - ring->tsc_offset, ring->latest, exit);
		recorder_append(recorder, &(union record){.event = {
								  .tsc = ring->latest,
								  .a = event.a,
								  .b = event.b,
								  .pid = event.pid,
								  .kind = (uint8_t)(RECORD_EVENT + event.kind),
							  }});
	}
	for (unsigned fault = 0; fault < RINGSIDE_RING_FAULT_COUNT; fault++)
		record_fault(ring, recorder, fault, faults[fault]);
	__atomic_store_n(&ring->shared->tail, ring->tail, __ATOMIC_RELEASE);
	return ring->tail != head;
}

void event_ring_abandon(struct event_ring *ring, struct recorder *recorder, uint64_t tsc)
{
	if (event_ring_has_events(ring)) {
		const uint64_t left = __atomic_load_n(&ring->shared->head, __ATOMIC_ACQUIRE) - ring->tail;
		ring->lost += left;
		ring->latest = tsc;
		if (recorder != NULL)
			record_fault(ring, recorder, RINGSIDE_RING_LEFT, left);
	}
	ring->shared = NULL;
}
