/* SPDX-License-Identifier: MIT */
/*
 * The jail of --jail: a running VMM in namespaces of its own, in which there is nothing. It is a wall beside the filter
 * of system calls, for those who do not want to trust one mechanism alone. Called by host/sandbox.c.
 */
#ifndef VMM_HOST_JAIL_H
#define VMM_HOST_JAIL_H

#include "base/error.h"

/*
 * Moves the process into new user, mount, network, IPC, UTS and cgroup namespaces, and its root into an empty file
 * system that nobody can write to. Open files stay open. Needs no privileges where the host lets everyone make user
 * namespaces; as root it also works where it lets nobody. There must be only one thread. Returns 0, or -1 with a line
 * in *error.
 */
int jail_enter(struct error *error);

#endif
