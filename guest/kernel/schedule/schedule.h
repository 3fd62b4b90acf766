/* SPDX-License-Identifier: MIT */
/* The scheduler: who has the CPU, the context switch, blocking and waking. */
#ifndef GUEST_KERNEL_SCHEDULE_SCHEDULE_H
#define GUEST_KERNEL_SCHEDULE_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/process/process_list.h"
#include "kernel/schedule/pause.h"
#include "kernel/schedule/policy.h"

extern const struct policy *policy; /* the policy in use */

/* Chooses the policy of that place in RINGSIDE_POLICIES (ringside/option_table.h). */
void schedule_choose(uint64_t index);

/* Gives the CPU to the process that the policy chooses. Returns when it is the caller's turn again. */
void schedule(void);

/* Gives the CPU up, although the current process could go on: it goes behind the others. */
void schedule_yield(void);

/* The handler of the timer interrupt: handles timeouts and ends the current process's turn if the policy says so. */
void timer_interrupt(void);

/* Blocks the current process until process_wake. Returns whether a signal ended the wait. */
enum interruption process_block(enum awaited waits_for);

/* Makes a NEW or BLOCKED process ready, and ends the wait of a STOPPED one. Any other process stays as it is. */
void process_wake(struct process *process);

/* Takes a process off the list it waits on, and its sleep off the timeouts. */
void process_leave_waiting(struct process *process);

/* Has console_interrupt called at the next tick. False: there are no ticks. */
bool schedule_input(void);

/* Blocks the current process until this time (guest ns), or until it is interrupted. */
enum interruption process_sleep(uint64_t until);

/* What the idle process does, for ever: it has the CPU while no process is ready. */
_Noreturn void idle(void);

#endif
