/* SPDX-License-Identifier: MIT */
/*
 * What is remembered of each process, found by its pid, in a table of fixed size whatever a trace says. The owner has
 * an array of structures that begin with a struct pid_slot, zeroed at first. A pid is looked for in a few slots from
 * its own on, so that no search is long; pids that follow each other, as a kernel gives them out, fill the whole array.
 */
#ifndef VMM_BASE_PID_TABLE_H
#define VMM_BASE_PID_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/array.h"

enum { PID_TABLE_REACH = 16 }; /* slots that a search looks at */

struct pid_slot {
	uint32_t pid;
	bool used;
};

static inline struct pid_slot *pid_table_slot(void *table, size_t slots, size_t size, size_t place)
{
	return (struct pid_slot *)((char *)table + place % slots * size);
}

/* The pid's slot, or the first free one for it, or NULL. Use the macros below. */
static inline struct pid_slot *pid_table_search(void *table, size_t slots, size_t size, uint32_t pid)
{
	for (size_t i = 0; i < PID_TABLE_REACH; i++) {
		struct pid_slot *slot = pid_table_slot(table, slots, size, pid + i);
		if (!slot->used || slot->pid == pid)
			return slot;
	}
	return NULL;
}

static inline void *pid_table_find(const void *table, size_t slots, size_t size, uint32_t pid)
{
	struct pid_slot *slot = pid_table_search((void *)table, slots, size, pid);

	return slot != NULL && slot->used ? slot : NULL;
}

static inline void *pid_table_add(void *table, size_t slots, size_t size, uint32_t pid, bool displace)
{
	struct pid_slot *slot = pid_table_search(table, slots, size, pid);

	if (slot == NULL && displace)
		slot = pid_table_slot(table, slots, size, pid);
	if (slot == NULL || (slot->used && slot->pid == pid))
		return slot;
	memset(slot, 0, size);
	*slot = (struct pid_slot){pid, true};
	return slot;
}

#define PID_TABLE(array) (array), COUNT(array), sizeof((array)[0])

/* What is remembered of a process; NULL when nothing is. */
#define PID_FIND(array, pid) pid_table_find(PID_TABLE(array), pid)

/* The same, but what is new is zeroed and remembered from now on; NULL when there is no room for it. */
#define PID_ADD(array, pid) pid_table_add(PID_TABLE(array), pid, false)

/* The same, but what is new displaces another process when there is no room for it. Never NULL. */
#define PID_ADD_DISPLACING(array, pid) pid_table_add(PID_TABLE(array), pid, true)

#endif
