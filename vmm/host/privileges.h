/* SPDX-License-Identifier: MIT */
/* What a running VMM may not do whatever its filter says: called by host/sandbox.c. */
#ifndef VMM_HOST_PRIVILEGES_H
#define VMM_HOST_PRIVILEGES_H

#include "base/error.h"

/*
 * Gives up all that is more than an ordinary user may: sets no_new_privs and empties the sets of capabilities that the
 * calling thread has or could pass on to threads that it starts and programs that it executes. Returns 0, or -1 with a
 * line in *error.
 */
int privileges_drop(struct error *error);

/*
 * Lowers limits of the process for ever: no core dump, which would have the guest's memory in it, and no more than
 * `spare` new descriptors. RLIMIT_FSIZE stays as it is, because the trace writer looks at it itself. Returns 0, or -1
 * with a line in *error.
 */
int privileges_limit(unsigned spare, struct error *error);

/*
 * Closes every descriptor but 0, 1 and 2. What a shell or a service manager has left open is none of the guest's
 * business. Called at the start of `vmm run`, before it opens anything.
 */
void privileges_close_inherited(void);

#endif
