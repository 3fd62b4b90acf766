/* SPDX-License-Identifier: MIT */
/* The handlers of traps. trap_path.S calls them, or trap_watch.c while traps are watched. */
#ifndef GUEST_KERNEL_TRAP_TRAP_HANDLERS_H
#define GUEST_KERNEL_TRAP_TRAP_HANDLERS_H

#include <stdbool.h>

#include "kernel/trap/trap_table.h"

/* The handler of each vector. */
extern trap_handler *const trap_handlers[TRAP_VECTORS];

/*
 * Whether an invalid opcode is an INT 0x80 on a host that does not deliver INT n. If so, RIP in the frame is moved
 * behind the instruction and the vector is changed, as a delivered INT 0x80 leaves them.
 */
bool recognised_int80(struct trap_frame *frame);

#endif
