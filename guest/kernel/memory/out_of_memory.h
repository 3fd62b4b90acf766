/* SPDX-License-Identifier: MIT */
/* What happens when no memory is left. Page faults and copies from and to user memory call it. */
#ifndef GUEST_KERNEL_MEMORY_OUT_OF_MEMORY_H
#define GUEST_KERNEL_MEMORY_OUT_OF_MEMORY_H

#include <stdbool.h>

/*
 * Ends the process with the most pages, but never init, and gives up the CPU for it: the caller looks again whether
 * there is memory. False: it has not twice the pages of the current process, so the caller must end that, or let its
 * call fail; or there is none to end.
 */
bool out_of_memory_kill_other(void);

#endif
