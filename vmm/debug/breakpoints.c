/* SPDX-License-Identifier: MIT */
/* Writes breakpoints into the guest's memory and restores the bytes they replace: see breakpoints.h. */
#include "debug/breakpoints.h"

#include <string.h>

#include "machine/paging.h"

enum { HLT = 0xf4 };

struct breakpoint *breakpoints_find(struct breakpoints *breakpoints, uint64_t address)
{
	for (unsigned i = 0; i < breakpoints->count; i++) {
		if (breakpoints->rows[i].address == address)
			return &breakpoints->rows[i];
	}
	return NULL;
}

void breakpoint_lift(struct breakpoint *breakpoint)
{
	if (breakpoint->is_set)
		*breakpoint->byte = breakpoint->original;
	breakpoint->is_set = false;
}

void breakpoints_lift_all(struct breakpoints *breakpoints)
{
	for (unsigned i = 0; i < breakpoints->count; i++)
		breakpoint_lift(&breakpoints->rows[i]);
}

void breakpoints_set(struct breakpoints *breakpoints, uint64_t except)
{
	for (unsigned i = 0; i < breakpoints->count; i++) {
		struct breakpoint *breakpoint = &breakpoints->rows[i];

		if (breakpoint->is_set || breakpoint->address == except)
			continue;
		breakpoint->original = *breakpoint->byte;
		*breakpoint->byte = HLT;
		breakpoint->is_set = true;
	}
}

/* Adds a breakpoint that is not set, unless `address` has a breakpoint already or is not in RAM. */
static void add(struct breakpoints *breakpoints, const struct memory *memory, const struct kvm_sregs *sregs,
		uint64_t address)
{
	struct paging_walk walk;

	if (breakpoints_find(breakpoints, address) != NULL)
		return;
	paging_walk(memory, sregs, address, &walk);
	uint8_t *byte = walk.is_mapped ? memory_translate(memory, walk.physical, 1) : NULL;
	if (byte != NULL)
		breakpoints->rows[breakpoints->count++] = (struct breakpoint){.address = address, .byte = byte};
}

void breakpoints_place(struct breakpoints *breakpoints, const struct memory *memory, const struct kvm_sregs *sregs,
		       uint64_t lstar, uint64_t except)
{
	uint64_t handlers[GATES_MAX];
	const unsigned count = gates_read(memory, sregs, lstar, handlers);

	if (count != breakpoints->handler_count ||
	    memcmp(handlers, breakpoints->handlers, count * sizeof(*handlers)) != 0) {
		breakpoints_lift_all(breakpoints);
		breakpoints->count = 0;
		breakpoints->handler_count = count;
		memcpy(breakpoints->handlers, handlers, count * sizeof(*handlers));
		for (unsigned i = 0; i < count; i++)
			add(breakpoints, memory, sregs, handlers[i]);
	}
	breakpoints_set(breakpoints, except);
}
