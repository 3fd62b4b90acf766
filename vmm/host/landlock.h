/* SPDX-License-Identifier: MIT */
/*
 * Landlock, by which a process forbids itself the file system and the network for ever, whatever its user may do: a
 * second wall behind the filter of system calls. Called by host/sandbox.c.
 */
#ifndef VMM_HOST_LANDLOCK_H
#define VMM_HOST_LANDLOCK_H

#include "base/error.h"

/*
 * From now on the calling thread, and those that it starts, can open, make, rename or remove no file; and as far as
 * this kernel's Landlock knows them, connect and bind no TCP socket, reach no abstract Unix socket and signal no other
 * process. Files that are open stay usable. Does nothing on kernels without Landlock (Linux 5.13 has it, if it was
 * built and booted with it). The caller must have set no_new_privs. Returns 0, or -1 with a line in *error.
 */
int landlock_enter(struct error *error);

#endif
