/* SPDX-License-Identifier: MIT */
/*
 * The event ring and the translation of guest addresses: event_ring_set() and event_ring_take() for every frame and
 * every content of the ring, also one that the guest changes while it is read (each atomic load gives any value), in
 * 64 KiB of low and 8 KiB of high RAM: only guest memory and the recorder are read and written, and nothing overflows.
 * A capacity that is no power of two is refused, so those that remain are tried one after the other.
 *
 * with: vmm/machine/guest_memory.c
 * options: -cpp-extra-args=-DMAP_NORESERVE=0 -eva-slevel 20
 * broken: vmm/machine/event_ring.c s/memory_translate(memory, address, size) == NULL/false/
 */
#include "prove.h"

/* The ring's capacity is its only field of 32 bits. */
#define __atomic_load_n(place, order)                                                                                  \
	((__typeof__(*(place)))(sizeof(*(place)) == sizeof(guest_capacity) ? guest_capacity : any(0, UINT64_MAX)))
#define __atomic_store_n(place, value, order) (*(place) = (value))

static uint32_t guest_capacity;

#include "machine/event_ring.c"

enum { LOW = 1 << 16, HIGH = 1 << 13, FRAMES = LOW / 4096, BITS = 32 };

static void take(const struct memory *memory, uint32_t frame)
{
	static struct recorder recorder;
	static struct event_ring ring;

	event_ring_set(&ring, memory, frame);
	if (ring.shared == 0)
		return;
	ring.tail = any(0, UINT64_MAX);
	recorder.count = any(0, UINT64_MAX);
	recorder.due_tsc = UINT64_MAX;
	if (event_ring_has_events(&ring))
		event_ring_take(&ring, &recorder, any(0, UINT64_MAX), any(0, UINT64_MAX));
	event_ring_abandon(&ring, NULL, 0);
}

void prove(void)
{
	static uint8_t low[LOW], high[HIGH];
	static const struct memory memory = {.low = {0, LOW, low}, .high = {MEMORY_HOLE_END, HIGH, high}};
	static struct event_ring any_ring;

	for (unsigned i = 0; i < LOW; i++)
		low[i] = (uint8_t)any(0, UINT8_MAX);
	for (unsigned i = 0; i < HIGH; i++)
		high[i] = (uint8_t)any(0, UINT8_MAX);
	guest_capacity = (uint32_t)any(0, UINT32_MAX);
	event_ring_set(&any_ring, &memory, (uint32_t)any(0, UINT32_MAX));
	//@ loop unroll BITS;
	for (unsigned bit = 0; bit < BITS; bit++) {
		guest_capacity = UINT32_C(1) << bit;
		//@ loop unroll FRAMES;
		for (uint32_t frame = 0; frame < FRAMES; frame++)
			take(&memory, frame);
		//@ loop unroll 4;
		for (uint32_t frame = MEMORY_HOLE_END / 4096 - 1; frame < MEMORY_HOLE_END / 4096 + 3; frame++)
			take(&memory, frame);
		take(&memory, (uint32_t)any(FRAMES, MEMORY_HOLE_END / 4096 - 1));
		take(&memory, (uint32_t)any(MEMORY_HOLE_END / 4096 + 2, UINT32_MAX));
	}
}
