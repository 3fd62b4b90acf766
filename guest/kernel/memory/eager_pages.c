/* SPDX-License-Identifier: MIT */
/* Bringing in whole regions, and copying a whole address space at fork: paging=eager. */
#include "kernel/memory/eager_pages.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/pages.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/schedule/pause.h"

static int bring_in_region(struct space *space, const struct region *region, uint64_t start, uint64_t end)
{
	unsigned access = region->protection & REGION_READ ? REGION_READ : region->protection;

	if (access == 0)
		return 0;
	/* Refused at once, instead of after all memory has gone into it. */
	if ((end - start) >> PAGE_SHIFT > pages.free)
		return -ENOMEM;
	for (uint64_t address = start; address < end; address += PAGE_SIZE) {
		int error = space_fault(space, address, access);
		if (error != 0)
			return error;
		schedule_pause();
	}
	return 0;
}

int eager_bring_in(struct space *space, uint64_t start, uint64_t end)
{
	int error = 0;

	for (unsigned i = 0; i < space->regions.count && error == 0; i++) {
		const struct region region = *region_number(&space->regions, i);
		uint64_t from = region.start > start ? region.start : start;
		uint64_t to = region.end < end ? region.end : end;
		if (from < to)
			error = bring_in_region(space, &region, from, to);
	}
	return error;
}

/* Each page that is shared until somebody writes is copied now, as if somebody had written. */
static int unshare(struct space *space)
{
	for (unsigned i = 0; i < space->regions.count; i++) {
		const struct region *region = region_number(&space->regions, i);
		uint64_t address = region->touched_start, *entry = NULL;
		if (!(region->protection & REGION_WRITE))
			continue;
		while ((entry = space_next_page(space, entry, &address, region->touched_end)) != NULL) {
			int error = *entry & PTE_COPY_ON_WRITE ? space_fault(space, address, REGION_WRITE) : 0;
			if (error != 0)
				return error;
			address += PAGE_SIZE;
		}
	}
	return 0;
}

/* The child takes copies; after that the parent is alone with its pages, and only their entries must say so. */
int eager_unshare(struct space *child, struct space *parent)
{
	int error = unshare(child);

	return error != 0 ? error : unshare(parent);
}
