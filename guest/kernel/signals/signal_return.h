/* SPDX-License-Identifier: MIT */
/* Where signals act: at the return from a trap, into a handler or never, and back from a handler by rt_sigreturn. */
#ifndef GUEST_KERNEL_SIGNALS_SIGNAL_RETURN_H
#define GUEST_KERNEL_SIGNALS_SIGNAL_RETURN_H

#include <stdint.h>

#include "kernel/process/process_list.h"

/*
 * trap_path.S calls this at a return that signals_at_return has asked for. It enters the handlers of the signals that
 * are due, by changing the frame, or ends or stops the process; and it sees to the system call that they have
 * interrupted. `result` is that of the call.
 */
void signals_return(struct trap_frame *frame, uint64_t result);

/* What rt_sigreturn does: takes back the registers and the mask that the handler's frame holds. Returns RAX. */
int64_t signals_sigreturn(void);

#endif
