/* SPDX-License-Identifier: MIT */
/* Counts of free pages and processes, by which leakcheck, crashme and syscrash check that the kernel lost nothing. */
#ifndef USER_INVENTORY_H
#define USER_INVENTORY_H

#include <stdint.h>

struct inventory {
	uint64_t pages, processes; /* free pages; all processes, with zombies */
};

struct inventory inventory_now(void);

/* Waits until there are `processes` processes, at most ten seconds: nobody can wait for orphans. Returns the counts. */
struct inventory inventory_settled(uint64_t processes);

#endif
