/* SPDX-License-Identifier: MIT */
/* What becomes of each trap. */
#ifndef GUEST_KERNEL_TRAP_TRAP_HANDLERS_H
#define GUEST_KERNEL_TRAP_TRAP_HANDLERS_H

#include <stdbool.h>

#include "kernel/trap/trap_table.h"

/* By vector. The trap path calls these with the frame. */
extern trap_handler *const trap_handlers[TRAP_VECTORS];

/*
 * Whether an invalid opcode is an INT 0x80, which arrives so where the CPU does not deliver it. If it is, the frame is
 * changed to that of a system call: RIP points behind the instruction.
 */
bool recognised_int80(struct trap_frame *frame);

#endif
