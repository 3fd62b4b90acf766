/* SPDX-License-Identifier: MIT */
/* Counting what /tmp has taken. */
#include "kernel/tmp/tmp_memory.h"

#include <stdbool.h>

#include "kernel/memory/physical_pages.h"

enum { PART_MAX = 4, PART_FREE_MIN = 8 }; /* at most one page of 4 for /tmp, and one of 8 stays free */

static uint64_t used;

uint64_t tmp_pages_max(void)
{
	return pages.limit / PART_MAX;
}

uint64_t tmp_pages_used(void)
{
	return used;
}

static bool is_full(void)
{
	return used >= tmp_pages_max() || pages.free < pages.limit / PART_FREE_MIN;
}

void *tmp_page_get(void)
{
	uint64_t page = is_full() ? 0 : page_zeroed();

	if (page == 0)
		return NULL;
	used++;
	return direct(page);
}

void tmp_page_put(void *page)
{
	used--;
	page_put(physical(page));
}

/* The objects take and give back whole pages now and then; nothing else does meanwhile. */
void *tmp_object_get(struct objects *objects)
{
	uint64_t before = pages.free;
	void *object = is_full() ? NULL : objects_get(objects);

	used += before - pages.free;
	return object;
}

void tmp_object_put(struct objects *objects, void *object)
{
	uint64_t before = pages.free;

	objects_put(objects, object);
	used -= pages.free - before;
}
