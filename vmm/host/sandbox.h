/* SPDX-License-Identifier: MIT */
/*
 * What the VMM may still ask of its host once the guest runs: a seccomp filter over system calls, built with
 * libseccomp. A guest that found a hole in a device could open no file, run no program, reach no network,
 * make no memory executable and give the virtual machine no more memory. cmd/run enters it.
 */
#ifndef VMM_HOST_SANDBOX_H
#define VMM_HOST_SANDBOX_H

#include "util/error.h"

/*
 * Enters the sandbox for good, as the only thread; threads made later are in it too. A system call outside
 * of it ends the process with one line on stderr and status 125, and leaves a trace file as SIGKILL would.
 * Where the build has sanitizers, whose run-time makes calls of its own, it does nothing.
 */
int sandbox_enter(struct error *error);

#endif
