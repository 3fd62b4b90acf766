/* SPDX-License-Identifier: MIT */
/* How a process begins to run and how it ends. fork, exec, exit, signals and traps call these. */
#ifndef GUEST_KERNEL_PROCESS_LIFETIME_H
#define GUEST_KERNEL_PROCESS_LIFETIME_H

#include "kernel/process/process_list.h"

/*
 * Makes a NEW process runnable. Its trap frame must be filled in; its context is forged here, so that its first run is
 * an ordinary return-from-trap.
 */
void process_start(struct process *process);

/*
 * Ends the current process: frees its memory, closes its files, leaves a zombie for its parent, and gives the CPU to
 * another process. `status` is what wait4 returns. The end of init is the end of the run. Another process is ended by a
 * signal: it ends itself where it returns from its trap, and has given back by then what its call held.
 */
_Noreturn void process_end_current(int status);

#endif
