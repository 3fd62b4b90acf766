/* SPDX-License-Identifier: MIT */
/* Checks and reads the guest's event ring: see event_ring.h. */
#include "machine/event_ring.h"

void event_ring_set(struct event_ring *ring, const struct memory *memory, uint32_t frame)
{
	const uint64_t address = frame * MEMORY_PAGE_SIZE;

	ring->shared = NULL;
	ring->frame = frame;
	struct ringside_ring *shared = memory_translate(memory, address, sizeof(*shared));
	if (frame == 0 || shared == NULL)
		return;
	const uint32_t capacity = __atomic_load_n(&shared->capacity, __ATOMIC_RELAXED);
	const uint64_t size = sizeof(*shared) + (uint64_t)capacity * sizeof(shared->records[0]);
	if (capacity == 0 || (capacity & (capacity - 1)) != 0 || memory_translate(memory, address, size) == NULL)
		return;
	ring->capacity = capacity;
	ring->tail = __atomic_load_n(&shared->tail, __ATOMIC_RELAXED);
	ring->shared = shared;
}

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
	return value < low ? low : value > high ? high : value;
}

void event_ring_take(struct event_ring *ring, struct recorder *recorder, uint64_t entry, uint64_t exit)
{
	const uint64_t head = __atomic_load_n(&ring->shared->head, __ATOMIC_ACQUIRE);

	if (head - ring->tail > ring->capacity) {
		ring->lost += head - ring->tail - ring->capacity;
		ring->tail = head - ring->capacity;
	}
	for (; ring->tail != head; ring->tail++) {
		const struct ringside_event_record event = ring->shared->records[ring->tail & (ring->capacity - 1)];

		if (event.kind >= RINGSIDE_EVENT_COUNT) {
			ring->lost++;
			continue;
		}
		entry = clamp(event.tsc - ring->tsc_offset, entry, exit);
		recorder_append(recorder, &(union record){.event = {
								  .tsc = entry,
								  .a = event.a,
								  .b = event.b,
								  .pid = event.pid,
								  .kind = (uint8_t)(RECORD_EVENT + event.kind),
							  }});
	}
	__atomic_store_n(&ring->shared->tail, head, __ATOMIC_RELEASE);
}
