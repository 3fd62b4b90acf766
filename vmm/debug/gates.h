/* SPDX-License-Identifier: MIT */
/* Where traps lead in the guest: its IDT, and LSTAR in 64-bit mode. For counting instructions, by position and by
 * stops. */
#ifndef VMM_DEBUG_GATES_H
#define VMM_DEBUG_GATES_H

#include <linux/kvm.h>

#include "machine/guest_memory.h"

enum { GATES_MAX = 257 }; /* vectors, and SYSCALL */

/* The addresses of all handlers, which may be the same; returns how many. */
unsigned gates_read(const struct memory *memory, const struct kvm_sregs *sregs, uint64_t lstar,
		    uint64_t handlers[GATES_MAX]);

#endif
