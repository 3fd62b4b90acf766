/* SPDX-License-Identifier: MIT */
/*
 * What the VMM may still ask of its host once the guest runs: a seccomp filter over system calls, built with
 * libseccomp. A guest that found a hole in a device could open no file, run no program, reach no network,
 * make no memory executable and type nothing at a terminal. cmd/run enters it.
 */
#ifndef VMM_HOST_SANDBOX_H
#define VMM_HOST_SANDBOX_H

#include <stdbool.h>

#include "base/error.h"

/*
 * Enters the sandbox for good, as the only thread; threads made later are in it too. A system call outside
 * of it ends the process with one line on stderr and status 125, and leaves a trace file as SIGKILL would.
 * `has_terminal` tells whether one is open, so that ioctl must be looked at. Where the build has sanitizers,
 * whose run-time makes calls of its own, it does nothing.
 */
int sandbox_enter(bool has_terminal, struct error *error);

#endif
