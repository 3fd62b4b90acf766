/* SPDX-License-Identifier: MIT */
/* Counts free pages and processes by sysinfo. */
#include "lib/inventory.h"

#include "lib/children.h"
#include "lib/system_calls.h"

enum { PAGE = 4096, PATIENCE_MS = 10000 };

struct inventory inventory_now(void)
{
	static struct sysinfo information;

	sysinfo(&information);
	return (struct inventory){information.freeram * information.mem_unit / PAGE, information.procs};
}

struct inventory inventory_settled(uint64_t processes)
{
	struct inventory inventory = inventory_now();

	for (int i = 0; i < PATIENCE_MS && inventory.processes != processes; i++) {
		sleep_milliseconds(1);
		inventory = inventory_now();
	}
	return inventory;
}
