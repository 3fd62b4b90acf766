/* SPDX-License-Identifier: MIT */
/* What the kernel says there is: free pages and processes, so that a test can say that nothing was lost. */
#ifndef USER_INVENTORY_H
#define USER_INVENTORY_H

#include <stdint.h>

struct inventory {
	uint64_t pages, processes; /* free ones; all of them, zombies included */
};

struct inventory inventory_now(void);

/* Orphans end when they end: once there are as many processes as before, or after a second. */
struct inventory inventory_settled(uint64_t processes);

#endif
