/* SPDX-License-Identifier: MIT */
/*
 * The sandbox of a running VMM: a seccomp filter of system calls, built with libseccomp. A guest that took over the VMM
 * through a bug in a device could open no file, run no program, reach no network, make no memory executable and insert
 * nothing into a terminal's input. run/run.c enters the sandbox just before the guest runs.
 */
#ifndef VMM_HOST_SANDBOX_H
#define VMM_HOST_SANDBOX_H

#include <stdbool.h>

#include "base/error.h"

/*
 * Enters the sandbox for the rest of the process's life. There must be only one thread; threads started later inherit
 * the filter. A system call that the filter does not allow ends the process at once with one line on stderr and
 * RINGSIDE_STATUS_REFUSED; or by the signal SIGSYS without a line, if the caller has blocked all signals, as the C
 * library does while it starts a process. A trace file is then as complete as after SIGKILL. `has_terminal`: a terminal
 * is open, so ioctl requests must be checked. In a build with sanitizers, whose run-time library makes further system
 * calls, this does nothing. Returns 0, or -1 with a line in *error.
 */
int sandbox_enter(bool has_terminal, struct error *error);

#endif
