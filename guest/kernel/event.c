/* SPDX-License-Identifier: MIT */
/* Events for whoever traces: records in a ring that is shared with the VMM (ringside/device.h). */
#include "kernel/cpu.h"
#include "kernel/kernel.h"
#include "kernel/memory.h"
#include "kernel/syscall.h"

uint8_t tracing;

enum { CAPACITY = 1024 };

static struct ringside_ring *ring;
static bool ring_at_every_event;

bool ringside_present(void)
{
	static int8_t present = -1;

	if (present < 0)
		present = in32(RINGSIDE_PORT + RINGSIDE_REG_ID) == RINGSIDE_ID;
	return present;
}

void event_init(void)
{
	if (!ringside_present())
		return;
	uint32_t features = in32(RINGSIDE_PORT + RINGSIDE_REG_FEATURES);
	if (!(features & RINGSIDE_FEATURE_EVENTS))
		return;
	uint64_t size = sizeof(*ring) + CAPACITY * sizeof(ring->records[0]);
	uint64_t frame = pages_get_run(&pages, (size + PAGE_SIZE - 1) >> PAGE_SHIFT);
	if (frame == 0)
		return;
	ring = pages_address(&pages, frame);
	memset(ring, 0, size);
	ring->capacity = CAPACITY;
	ring_at_every_event = features & RINGSIDE_FEATURE_EVENT_EXIT;
	out32(RINGSIDE_PORT + RINGSIDE_REG_RING, (uint32_t)frame);
	tracing = 1;
}

static void doorbell(void)
{
	out32(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 0);
}

void event_write(enum ringside_event kind, uint32_t pid, uint64_t a, uint64_t b)
{
	uint64_t head = ring->head;

	if (head - ring->tail == CAPACITY)
		doorbell();
	struct ringside_event_record *record = &ring->records[head % CAPACITY];
	record->tsc = rdtsc();
	record->kind = kind;
	record->pid = pid;
	record->a = a;
	record->b = b;
	__atomic_store_n(&ring->head, head + 1, __ATOMIC_RELEASE);
	if (ring_at_every_event)
		doorbell();
}
