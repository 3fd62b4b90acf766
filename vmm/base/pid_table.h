/* SPDX-License-Identifier: MIT */
/*
 * A hash table with pids as keys, of fixed size however many pids a trace has. The owner has an array, zeroed at first,
 * of structures that begin with a struct pid_slot. A search looks at PID_TABLE_REACH slots, the first at index pid
 * modulo the size of the array; consecutive pids, as kernels assign them, fill the whole array. Used by vmm/text and
 * the tools.
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

/* The slot of the pid, or the first free slot where the pid may be, or NULL. For the functions below. */
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

/* The element of a pid in `array`; NULL when the pid has none. */
#define PID_FIND(array, pid) pid_table_find(PID_TABLE(array), pid)

/* The element of a pid, which is added, zeroed, when the pid has none; NULL when there is no free slot. */
#define PID_ADD(array, pid) pid_table_add(PID_TABLE(array), pid, false)

/* Like PID_ADD(), but replaces the element of another pid when there is no free slot. Never NULL. */
#define PID_ADD_DISPLACING(array, pid) pid_table_add(PID_TABLE(array), pid, true)

#endif
