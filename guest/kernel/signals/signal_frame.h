/* SPDX-License-Identifier: MIT */
/* The frame that a signal's handler finds on its stack: Linux's struct rt_sigframe for x86-64. signal_return.c calls
 * this. */
#ifndef GUEST_KERNEL_SIGNALS_SIGNAL_FRAME_H
#define GUEST_KERNEL_SIGNALS_SIGNAL_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/process/process_list.h"

/*
 * Pushes a frame with the registers of `frame` and with `mask` onto the current process's stack, or onto its alternate
 * stack, and changes `frame` so that the return from the trap enters the handler. False: there is no room or no memory;
 * then nothing has changed.
 */
bool signal_frame_push(struct trap_frame *frame, unsigned signal, const struct signal_action *action,
		       const struct signal_info *info, uint64_t mask);

/*
 * Takes the registers, the mask and the alternate stack from the frame at RSP. A process may have written anything
 * there: it can get no other registers than it could load by itself. False: the frame is bad, and no register has
 * changed.
 */
bool signal_frame_pop(struct trap_frame *frame);

/* Before the first frame. Booting does not need it, so the first process that sets a handler does it. */
void signal_frames_init(void);

/* Whether RSP is on the alternate stack. */
bool on_alternate_stack(uint64_t rsp);

#endif
