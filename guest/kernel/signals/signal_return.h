/* SPDX-License-Identifier: MIT */
/* The return from a trap into a signal's handler, and back by rt_sigreturn. Signals, traps and the watchers call this.
 */
#ifndef GUEST_KERNEL_SIGNALS_SIGNAL_RETURN_H
#define GUEST_KERNEL_SIGNALS_SIGNAL_RETURN_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/process/process_list.h"

/* signal_return.S: where a trap's handler returns to if a signal is to be delivered, with RSP at the frame. */
extern const uint8_t return_by_signal[];

/* Makes the process's next return from a trap go through signals_return. The process is in the kernel. */
void signals_enter_at_return(struct process *process);

/* Whether it does: then this return is not the end of the visit, and signals_return reports it. */
static inline bool returns_by_signal(const struct trap_frame *frame)
{
	return ((const uint64_t *)frame)[-1] == (uint64_t)return_by_signal;
}

/*
 * signal_return.S calls this: enters the handlers of the signals that are due, by changing the frame, or restarts the
 * system call that they have interrupted. `result` is that of the call.
 */
void signals_return(struct trap_frame *frame, uint64_t result);

/* Returns from a trap by the current process's frame, through signals_return, without a result of a system call. */
_Noreturn void signals_return_now(void);

/*
 * The current process has caused a trap: its signal. Returns false if the process has no handler for it that can be
 * entered; then the caller ends the process. With a frame that is not at the process's usual place this does not
 * return.
 */
bool signal_for_trap(const struct trap_frame *frame, unsigned signal);

/* fault_info.c: what the handler is told about a trap. */
void fault_describe(const struct trap_frame *frame, struct signal_info *info);

/* signal_return.S: returns from a trap by this frame, through signals_return. */
_Noreturn void return_with_signals(const struct trap_frame *frame);

/* What rt_sigreturn does: the registers and the mask that the handler's frame holds. Returns RAX. */
int64_t signals_sigreturn(void);

/* The signal of a set that is handled first. */
unsigned signal_first(uint64_t set);

#endif
