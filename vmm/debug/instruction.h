/* SPDX-License-Identifier: MIT */
/* As much of the instruction at RIP as counting by single steps needs to know. */
#ifndef VMM_DEBUG_INSTRUCTION_H
#define VMM_DEBUG_INSTRUCTION_H

#include <linux/kvm.h>
#include <stdbool.h>

#include "machine/guest_memory.h"

enum { INSTRUCTION_MAX = 15 }; /* bytes (Intel SDM vol. 2A, 2.3.11) */

struct instruction {
	bool is_rep;  /* a string instruction that repeats */
	bool is_self; /* a jump to itself: RIP does not move */
	bool is_halt;
	bool is_sti;
	bool is_interrupt; /* a software interrupt */
	bool is_leaving;   /* returns from ring 0 to ring 3 */
	/* Of STI, a load of SS, FXSAVE and its like: the end, where some hosts stop only after one more. Else 0. */
	uint64_t shadow_end;
};

/* `first` replaces the first byte in memory; -1 = none. */
struct instruction instruction_at(const struct memory *memory, const struct kvm_sync_regs *registers, uint64_t rip,
				  int first);

#endif
