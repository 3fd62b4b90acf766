/* SPDX-License-Identifier: MIT */
/* Writes events as the guest kernel does (ringside/device.h), to measure them. Called by crossings.c and ring0.S. */
#include "ringside/events.h"
#include "bench_guest.h"
#include "kernel/devices/instructions.h"
#include "ringside/device.h"

enum { CAPACITY = 1024 };

void write_event(void), write_event_and_ring(void);

static uint8_t memory[sizeof(struct ringside_ring) + CAPACITY * sizeof(struct ringside_event_record)]
	__attribute__((aligned(4096)));
static struct ringside_ring *const ring = (struct ringside_ring *)memory;

static void doorbell(void)
{
	out32(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 0);
}

void write_event(void)
{
	const uint64_t head = ring->head;

	if (head - ring->tail == CAPACITY)
		doorbell();
	struct ringside_event_record *record = &ring->records[head % CAPACITY];
	record->tsc = rdtsc();
	record->kind = RINGSIDE_EVENT_SYSCALL;
	record->pid = 1;
	record->a = head;
	record->b = 0;
	__atomic_store_n(&ring->head, head + 1, __ATOMIC_RELEASE);
}

void write_event_and_ring(void)
{
	write_event();
	doorbell();
}

void events_begin(void)
{
	ring->capacity = CAPACITY;
	out32(RINGSIDE_PORT + RINGSIDE_REG_RING, (uint32_t)((uint64_t)ring >> 12));
}

/* Removes the ring: the VMM reads a ring at every exit while it knows its address. */
void events_end(void)
{
	out32(RINGSIDE_PORT + RINGSIDE_REG_RING, 0);
}
