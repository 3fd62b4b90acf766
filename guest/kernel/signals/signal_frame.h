/* SPDX-License-Identifier: MIT */
/* The frame that a signal's handler finds on its stack: Linux's struct rt_sigframe for x86-64. signal_return.c calls
 * this. */
#ifndef GUEST_KERNEL_SIGNALS_SIGNAL_FRAME_H
#define GUEST_KERNEL_SIGNALS_SIGNAL_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/process/process_list.h"
#include "kernel/signals/signal_context.h"

/*
 * Pushes a frame with the registers of `frame` and the current process's mask onto its stack, or onto its alternate
 * stack; changes `frame` so that the return from the trap enters the signal's handler, and the mask for the time that
 * this runs. `detail` is that of the signal. False: there is no room or no memory; then nothing has changed.
 */
bool signal_frame_push(struct trap_frame *frame, uint64_t signal, const struct signal_detail *detail);

/*
 * Takes RIP, RSP, RFLAGS, the FPU state, the mask and the alternate stack from the frame at RSP. A process may have
 * written anything there: it can get no other registers than it could load by itself. Returns the context with the
 * general registers; NULL: the frame is bad, and `frame` has not changed.
 */
const struct user_context *signal_frame_pop(struct trap_frame *frame);

/* Before the first frame. Booting does not need it, so the first process that sets a handler does it. */
void signal_frames_init(void);

/* Makes this the current process's alternate stack. 0; -EINVAL, -ENOMEM: it is too small. */
int signal_stack_set(const struct signal_stack *wanted);

/* Whether RSP is on the alternate stack. */
bool on_alternate_stack(uint64_t rsp);

#endif
