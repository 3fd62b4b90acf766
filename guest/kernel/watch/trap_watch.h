/* SPDX-License-Identifier: MIT */
/* Watching traps: an event for each one while somebody traces, and the time it takes with the option `account`. */
#ifndef GUEST_KERNEL_WATCH_TRAP_WATCH_H
#define GUEST_KERNEL_WATCH_TRAP_WATCH_H

/* Has all traps watched from now on, if tracing or the option `account` asks for it; else none. */
void traps_watch(void);

#endif
