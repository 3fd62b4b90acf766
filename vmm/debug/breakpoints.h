/* SPDX-License-Identifier: MIT */
/*
 * Software breakpoints at the first instruction of every trap handler, for hosts that single-step by the trap
 * flag (RFLAGS.TF). A trap clears that flag, so such a host does not report the step into the handler. A breakpoint is
 * a HLT in place of the instruction's first byte, because HLT causes an exit on every host. Several linear addresses
 * may be mapped to that byte; they share one breakpoint. Set and lifted by debug/counter.c.
 */
#ifndef VMM_DEBUG_BREAKPOINTS_H
#define VMM_DEBUG_BREAKPOINTS_H

#include <stdbool.h>

#include "debug/gates.h"

struct breakpoint {
	uint8_t *byte;	  /* the first byte of the instruction, in guest memory */
	uint8_t original; /* its value while the breakpoint is set */
	bool is_set;
};

struct breakpoints {
	unsigned count, handler_count; /* of `rows` and of `handlers` */
	struct breakpoint rows[GATES_MAX];
	uint64_t handlers[GATES_MAX]; /* gates_read() when the breakpoints were placed */
};

/* For `except`: no exception. */
#define BREAKPOINTS_ALL UINT64_MAX

/* Sets a breakpoint at every trap handler that the guest has now, except at the linear address `except`. */
void breakpoints_place(struct breakpoints *breakpoints, const struct memory *memory, const struct kvm_sregs *sregs,
		       uint64_t lstar, uint64_t except);

/* Sets all breakpoints that are lifted. */
void breakpoints_set(struct breakpoints *breakpoints);

/* Restore the bytes that all breakpoints, or one breakpoint, have replaced. */
void breakpoints_lift_all(struct breakpoints *breakpoints);
void breakpoint_lift(struct breakpoint *breakpoint);

/* The breakpoint at the byte to which a linear address is mapped, set or lifted; NULL when there is none. */
struct breakpoint *breakpoints_find(struct breakpoints *breakpoints, const struct memory *memory,
				    const struct kvm_sregs *sregs, uint64_t address);

#endif
