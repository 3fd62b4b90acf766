/* SPDX-License-Identifier: MIT */
/* The properties of the instruction at RIP that counting by single steps depends on. Called by debug/counter.c. */
#ifndef VMM_DEBUG_INSTRUCTION_H
#define VMM_DEBUG_INSTRUCTION_H

#include <linux/kvm.h>
#include <stdbool.h>

#include "machine/guest_memory.h"

enum { INSTRUCTION_MAX = 15 }; /* bytes (Intel SDM vol. 2A, 2.3.11) */

struct instruction {
	bool is_rep;  /* a string instruction that repeats */
	bool is_self; /* a jump to itself, which does not change RIP */
	bool is_halt;
	bool is_sti;
	bool is_interrupt; /* a software interrupt */
	bool is_leaving;   /* returns from ring 0 to ring 3 */
	/*
	 * For STI, a load of SS, and FXSAVE and its group: the address after the instruction. Some hosts report the
	 * step only after one more instruction. 0 for all other instructions.
	 */
	uint64_t shadow_end;
};

/*
 * Decodes the instruction at linear address `rip`. `first` is the first byte of the instruction when a breakpoint has
 * replaced it in memory; -1 = memory holds it.
 */
struct instruction instruction_at(const struct memory *memory, const struct kvm_sync_regs *registers, uint64_t rip,
				  int first);

#endif
