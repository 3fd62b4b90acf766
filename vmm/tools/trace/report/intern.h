/* SPDX-License-Identifier: MIT */
/* A set of byte strings, each kept once and known by its number, in the order of their first coming. */
#ifndef VMM_TOOLS_TRACE_REPORT_INTERN_H
#define VMM_TOOLS_TRACE_REPORT_INTERN_H

#include <stddef.h>
#include <stdint.h>

struct intern {
	char *bytes; /* all strings, one behind the other, each ended by NUL */
	size_t used, room;
	size_t *offsets; /* where each string begins; one more says where the last ends */
	size_t capacity;
	uint32_t count;
	uint32_t *slots;     /* number + 1; 0 = free */
	uint32_t slot_count; /* a power of two, or 0 */
};

#define INTERN_FAILED UINT32_MAX

/* The number of a string, which is new or has come before; INTERN_FAILED when there is no memory. */
uint32_t intern(struct intern *set, const void *bytes, size_t size);

/* The number of a string that has come before; INTERN_FAILED when it has not. */
uint32_t intern_find(const struct intern *set, const void *bytes, size_t size);

/* Valid until the next intern(). */
static inline const char *intern_at(const struct intern *set, uint32_t number)
{
	return set->bytes + set->offsets[number];
}

void intern_free(struct intern *set);

#endif
