/* SPDX-License-Identifier: MIT */
/* The ring of events: set up, and kept from overflowing. */
#include "kernel/watch/event.h"

#include <stdbool.h>

#include "kernel/boot/memory_layout.h"
#include "kernel/devices/instructions.h"
#include "kernel/devices/ringside_device.h"
#include "kernel/lib/pages.h"

uint8_t tracing;

union event_memory event_memory __attribute__((aligned(PAGE_SIZE)));
struct ringside_event_record *event_next, *event_stop;
static bool ring_at_every_event;

void event_init(void)
{
	uint32_t features = ringside_features();

	if (!(features & RINGSIDE_FEATURE_EVENTS))
		return;
	event_memory.ring.capacity = EVENT_CAPACITY;
	ring_at_every_event = features & RINGSIDE_FEATURE_EVENT_EXIT;
	event_next = event_memory.ring.records;
	event_stop = event_next + (ring_at_every_event ? 1 : EVENT_CAPACITY);
	out32(RINGSIDE_PORT + RINGSIDE_REG_RING, (uint32_t)(IMAGE_PHYSICAL((uint64_t)&event_memory) >> PAGE_SHIFT));
	tracing = 1;
}

static void doorbell(void)
{
	out32(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 0);
}

static uint64_t room(void)
{
	return EVENT_CAPACITY - (event_memory.ring.head - event_memory.ring.tail);
}

void event_stop_reached(void)
{
	if (ring_at_every_event || room() == 0)
		doorbell();
	if (event_next == event_memory.ring.records + EVENT_CAPACITY)
		event_next = event_memory.ring.records;
	uint64_t until_end = (uint64_t)(event_memory.ring.records + EVENT_CAPACITY - event_next);
	uint64_t most = ring_at_every_event ? 1 : until_end, free = room();
	/* If the VMM has taken nothing, the next event overwrites the oldest record. */
	event_stop = event_next + (free == 0 ? 1 : free < most ? free : most);
}

void event_write(enum ringside_event kind, uint32_t pid, uint64_t a, uint64_t b)
{
	event_put(kind, pid, a, b);
}
