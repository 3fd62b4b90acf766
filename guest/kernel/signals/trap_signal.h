/* SPDX-License-Identifier: MIT */
/* The signal of a trap: fatal_trap.c calls this before it ends a process. */
#ifndef GUEST_KERNEL_SIGNALS_TRAP_SIGNAL_H
#define GUEST_KERNEL_SIGNALS_TRAP_SIGNAL_H

#include <stdbool.h>

#include "kernel/process/process_list.h"

/*
 * The current process has caused a trap: its signal. False: it has no handler that can be entered; then the caller ends
 * the process. Does not return if the frame is not at the process's usual place.
 */
bool signal_for_trap(const struct trap_frame *frame, unsigned signal);

#endif
