/* SPDX-License-Identifier: MIT */
/*
 * Interrupts are off in the kernel, so what takes long, because there is much memory or there are many processes,
 * pauses now and then, where what others use is whole.
 */
#ifndef GUEST_KERNEL_SCHEDULE_PAUSE_H
#define GUEST_KERNEL_SCHEDULE_PAUSE_H

#include <stdbool.h>

/*
 * Every half tick this handles an interrupt that waits, and others may have the CPU meanwhile. No process is ended in a
 * pause, so it may hold what it gives back later. True: a signal is due, so a call that need not go on should end with
 * what it has done. The scheduler sets this when there are processes; until then it does nothing.
 */
extern bool (*schedule_pause)(void);

#endif
