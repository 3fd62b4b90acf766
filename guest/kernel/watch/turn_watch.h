/* SPDX-License-Identifier: MIT */
/*
 * What events and accounting say of who has the CPU: why a process loses it, who has woken whom and why. The scheduler
 * calls these, and execve, which enters a program without a switch.
 */
#ifndef GUEST_KERNEL_WATCH_TURN_WATCH_H
#define GUEST_KERNEL_WATCH_TURN_WATCH_H

#include "kernel/process/process_list.h"
#include "kernel/watch/event.h"

/* A switch from one process to another is about to happen. Only while traps are watched. */
void watch_switch(struct process *from, struct process *to);

/*
 * Reports that a process enters its program: by return-from-trap, or by a call with protocol=direct. For the first run
 * of a process and for execve, which do not return through the trap handler that else reports this. Only with tracing.
 */
void event_enter_program(const struct process *process);

/* Reports that a process wakes up, by whom and why. Only with tracing. */
void event_wake(const struct process *process);

#endif
