/* SPDX-License-Identifier: MIT */
/* Writes stops into the guest's memory and restores the bytes they replace: see stops.h. */
#include "debug/stops.h"

#include <string.h>

#include "machine/paging.h"

enum { HLT = 0xf4 };

struct stop *stops_find(struct stops *stops, uint64_t address)
{
	for (unsigned i = 0; i < stops->count; i++) {
		if (stops->rows[i].address == address)
			return &stops->rows[i];
	}
	return NULL;
}

void stop_lift(struct stop *stop)
{
	if (stop->is_set)
		*stop->byte = stop->original;
	stop->is_set = false;
}

void stops_lift_all(struct stops *stops)
{
	for (unsigned i = 0; i < stops->count; i++)
		stop_lift(&stops->rows[i]);
}

void stops_set(struct stops *stops, uint64_t except)
{
	for (unsigned i = 0; i < stops->count; i++) {
		struct stop *stop = &stops->rows[i];

		if (stop->is_set || stop->address == except)
			continue;
		stop->original = *stop->byte;
		*stop->byte = HLT;
		stop->is_set = true;
	}
}

/* Adds a stop that is not set, unless `address` has a stop already or is not in RAM. */
static void add(struct stops *stops, const struct memory *memory, const struct kvm_sregs *sregs, uint64_t address)
{
	struct paging_walk walk;

	if (stops_find(stops, address) != NULL)
		return;
	paging_walk(memory, sregs, address, &walk);
	uint8_t *byte = walk.is_mapped ? memory_translate(memory, walk.physical, 1) : NULL;
	if (byte != NULL)
		stops->rows[stops->count++] = (struct stop){.address = address, .byte = byte};
}

void stops_place(struct stops *stops, const struct memory *memory, const struct kvm_sregs *sregs, uint64_t lstar,
		 uint64_t except)
{
	uint64_t handlers[GATES_MAX];
	const unsigned count = gates_read(memory, sregs, lstar, handlers);

	if (count != stops->handler_count || memcmp(handlers, stops->handlers, count * sizeof(*handlers)) != 0) {
		stops_lift_all(stops);
		stops->count = 0;
		stops->handler_count = count;
		memcpy(stops->handlers, handlers, count * sizeof(*handlers));
		for (unsigned i = 0; i < count; i++)
			add(stops, memory, sregs, handlers[i]);
	}
	stops_set(stops, except);
}
