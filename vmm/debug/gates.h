/* SPDX-License-Identifier: MIT */
/*
 * The addresses of the guest's trap handlers: its IDT, and in 64-bit mode the target of SYSCALL. Called by
 * debug/counter.c and debug/breakpoints.c.
 */
#ifndef VMM_DEBUG_GATES_H
#define VMM_DEBUG_GATES_H

#include <linux/kvm.h>

#include "machine/guest_memory.h"

enum { GATES_MAX = 257 }; /* 256 vectors and SYSCALL */

/*
 * Reads the linear addresses of all handlers of present gates, in order of vectors; one address may occur several
 * times. `lstar` is the MSR IA32_LSTAR, 0 = not set. Returns how many there are.
 */
unsigned gates_read(const struct memory *memory, const struct kvm_sregs *sregs, uint64_t lstar,
		    uint64_t handlers[GATES_MAX]);

#endif
