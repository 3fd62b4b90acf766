/* SPDX-License-Identifier: MIT */
/*
 * Stops: software breakpoints at the first instruction of every trap handler, for hosts that single-step by the trap
 * flag (RFLAGS.TF). A trap clears that flag, so such a host does not report the step into the handler. A stop is a HLT
 * in place of the instruction's first byte, because HLT causes an exit on every host. Set and lifted by debug/count.c.
 */
#ifndef VMM_DEBUG_STOPS_H
#define VMM_DEBUG_STOPS_H

#include <stdbool.h>

#include "debug/gates.h"

struct stop {
	uint64_t address; /* linear */
	uint8_t *byte;	  /* the first byte of the instruction, in guest memory */
	uint8_t original; /* its value while the stop is set */
	bool is_set;
};

struct stops {
	unsigned count, handler_count; /* of `rows` and of `handlers` */
	struct stop rows[GATES_MAX];
	uint64_t handlers[GATES_MAX]; /* gates_read() when the stops were placed */
};

/* For `except`: no exception. */
#define STOPS_ALL UINT64_MAX

/* Sets a stop at every trap handler that the guest has now, except at the linear address `except`. */
void stops_place(struct stops *stops, const struct memory *memory, const struct kvm_sregs *sregs, uint64_t lstar,
		 uint64_t except);

/* Sets all stops that are lifted, except the one at `except`. */
void stops_set(struct stops *stops, uint64_t except);

/* Restore the bytes that all stops, or one stop, have replaced. */
void stops_lift_all(struct stops *stops);
void stop_lift(struct stop *stop);

/* The stop at a linear address, set or lifted; NULL when there is none. */
struct stop *stops_find(struct stops *stops, uint64_t address);

#endif
