/* SPDX-License-Identifier: MIT */
/* Writes breakpoints into the guest's memory and restores the bytes they replace: see breakpoints.h. */
#include "debug/breakpoints.h"

#include <string.h>

#include "machine/paging.h"

enum { HLT = 0xf4 };

/* The byte of guest memory to which a linear address is mapped; NULL when it is not in RAM. */
static uint8_t *byte_at(const struct memory *memory, const struct kvm_sregs *sregs, uint64_t address)
{
	struct paging_walk walk;

	paging_walk(memory, sregs, address, &walk);
	return walk.is_mapped ? memory_translate(memory, walk.physical, 1) : NULL;
}

static struct breakpoint *find(struct breakpoints *breakpoints, const uint8_t *byte)
{
	for (unsigned i = 0; i < breakpoints->count; i++) {
		if (breakpoints->rows[i].byte == byte)
			return &breakpoints->rows[i];
	}
	return NULL;
}

struct breakpoint *breakpoints_find(struct breakpoints *breakpoints, const struct memory *memory,
				    const struct kvm_sregs *sregs, uint64_t address)
{
	return find(breakpoints, byte_at(memory, sregs, address));
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

static void set_all(struct breakpoints *breakpoints, const uint8_t *except)
{
	for (unsigned i = 0; i < breakpoints->count; i++) {
		struct breakpoint *breakpoint = &breakpoints->rows[i];

		if (breakpoint->is_set || breakpoint->byte == except)
			continue;
		breakpoint->original = *breakpoint->byte;
		*breakpoint->byte = HLT;
		breakpoint->is_set = true;
	}
}

void breakpoints_set(struct breakpoints *breakpoints)
{
	set_all(breakpoints, NULL);
}

/* Adds a breakpoint that is not set, unless there is one at that byte already. */
static void add(struct breakpoints *breakpoints, uint8_t *byte)
{
	if (byte != NULL && find(breakpoints, byte) == NULL)
		breakpoints->rows[breakpoints->count++] = (struct breakpoint){.byte = byte};
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
			add(breakpoints, byte_at(memory, sregs, handlers[i]));
	}
	set_all(breakpoints, except != BREAKPOINTS_ALL ? byte_at(memory, sregs, except) : NULL);
}
