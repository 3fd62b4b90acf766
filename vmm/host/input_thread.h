/* SPDX-License-Identifier: MIT */
/*
 * The VMM's second thread, which waits for input (host/input.c), in runs where there is any to wait for. It is made
 * before the vCPU's thread enters the sandbox, so that nothing needs to make threads afterwards, and sleeps until there
 * is something to wait for.
 */
#ifndef VMM_HOST_INPUT_THREAD_H
#define VMM_HOST_INPUT_THREAD_H

#include <stdbool.h>

#include "base/error.h"

/*
 * Makes the thread, once. It enters a sandbox of its own and sleeps there: no privileges, a Landlock domain without
 * exceptions, and the list FILTER_INPUT for a run with `needs` (host/syscall_filter.h). If no thread can be made, the
 * run has no input.
 */
void input_thread_prepare(unsigned needs);

/* Returns when the thread is in its sandbox: 0, or -1 with a line in *error if it could not enter it. */
int input_thread_wait(struct error *error);

/*
 * Lets the thread call `run`, once in the life of the process; when that returns, the thread ends. All signals are
 * blocked in it but SIGSYS, with which the sandbox refuses a call. Without input_thread_prepare() the thread is made
 * now, and has no sandbox. Returns whether there is a thread.
 */
bool input_thread_run(void (*run)(void));

#endif
