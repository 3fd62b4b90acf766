/* SPDX-License-Identifier: MIT */
/* Finding out which trap instructions of ring 3 this CPU delivers, by trying them. kernel_main calls this once. */
#ifndef GUEST_KERNEL_TRAP_PROBE_TRAPS_H
#define GUEST_KERNEL_TRAP_PROBE_TRAPS_H

#include <stdbool.h>

/*
 * Tries each trap instruction in ring 3, has those recognised that arrive as another trap, and takes away those that
 * are not wanted. Returns whether the CPU delivered all of them by their own gates.
 */
bool probe_traps(bool want_syscall, bool want_int80);

#endif
