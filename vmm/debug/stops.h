/* SPDX-License-Identifier: MIT */
/*
 * Stops at the first instruction of every trap handler, for hosts that single-step by the processor's trap flag: a trap
 * clears that, so the step into the handler never comes. A stop is a HLT in the place of the instruction's first
 * byte, which is an exit everywhere. The counter sets and lifts them.
 */
#ifndef VMM_DEBUG_STOPS_H
#define VMM_DEBUG_STOPS_H

#include <stdbool.h>

#include "debug/gates.h"

struct stop {
	uint64_t address; /* linear */
	uint8_t *byte;
	uint8_t original;
	bool is_set;
};

struct stops {
	unsigned count, handler_count;
	struct stop rows[GATES_MAX];
	uint64_t handlers[GATES_MAX]; /* as the guest had them when the stops were placed */
};

#define STOPS_ALL UINT64_MAX

/* Sets a stop at every handler that the guest has now, except at one address. */
void stops_place(struct stops *stops, const struct memory *memory, const struct kvm_sregs *sregs, uint64_t lstar,
		 uint64_t except);

/* Sets those again that are lifted, except at one address. */
void stops_set(struct stops *stops, uint64_t except);
void stops_lift_all(struct stops *stops);
void stop_lift(struct stop *stop);

/* The stop at an address; NULL when there is none. */
struct stop *stops_find(struct stops *stops, uint64_t address);

#endif
