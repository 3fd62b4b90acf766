/* SPDX-License-Identifier: MIT */
/*
 * The sandbox of a running VMM, for the case that a guest has taken it over through a bug in a device: it can then open
 * no file, run no program, start no thread, reach no network, make no memory executable, change nothing about its VM
 * but what the run loop does, and insert nothing into a terminal's input. docs/sandbox.md has the whole list and by
 * which means each thing is closed. run/run.c enters it just before the guest runs.
 */
#ifndef VMM_HOST_SANDBOX_H
#define VMM_HOST_SANDBOX_H

#include <stdbool.h>

#include "base/error.h"
#include "host/syscall_filter.h"

/*
 * Lets the thread for input enter its part of the sandbox, if the needs name it, while the caller goes on. May be
 * called before sandbox_enter() with the same needs, but not in a run that is to be jailed: a process with two threads
 * can have no user namespace of its own.
 */
void sandbox_begin(unsigned needs);

/*
 * Enters the sandbox for the rest of the process's life: capabilities, Landlock, limits, and a filter of system calls
 * for each of two threads; with `jailed` also namespaces of its own (host/jail.h). There must be only one thread,
 * or also that of sandbox_begin(); the one for input (host/input_thread.h), if the needs name it, and the timer
 * (host/deadlines.h) are made here, because none can be made later. `needs` is a mask of enum filter_need.
 *
 * A system call that the filter does not allow ends the process at once with one line on stderr and
 * RINGSIDE_STATUS_REFUSED; or by the signal SIGSYS without a line, if the caller has blocked all signals, as the C
 * library does while it starts a process. A trace file is then as complete as after SIGKILL. In a build with
 * sanitizers, whose run-time library makes further system calls, this does nothing. Returns 0, or -1 with a line in
 * *error.
 */
int sandbox_enter(unsigned needs, bool jailed, struct error *error);

#endif
