/* SPDX-License-Identifier: MIT */
/*
 * Traps that end the process that caused them, or the kernel if the kernel caused them. The handlers of traps and
 * return_by_sysret call these. Unless print-fatal-signals=0, a message says what ended the process.
 */
#ifndef GUEST_KERNEL_TRAP_FATAL_TRAP_H
#define GUEST_KERNEL_TRAP_FATAL_TRAP_H

#include "kernel/trap/frame.h"

/*
 * Sends the current process the signal of the trap (ringside/traps.h): returns if its handler will be entered, else
 * ends the process. A trap from the kernel is a panic.
 */
void signal_or_kill(const struct trap_frame *frame);

/* Ends the current process because no page is left for what it touched. */
_Noreturn void kill_for_memory(const struct trap_frame *frame);

/* Ends the current process because it made a system call with a return address outside user memory. */
_Noreturn void kill_for_bad_return(const struct trap_frame *frame);

#endif
