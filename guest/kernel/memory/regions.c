/* SPDX-License-Identifier: MIT */
/* The regions of an address space: added, split, joined, removed and given other rights. Their pages follow. */
#include "kernel/memory/regions.h"

#include "kernel/boot/memory_layout.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/pages.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/page_table.h"

static bool valid_range(uint64_t start, uint64_t end)
{
	return start >= USER_START && end <= USER_END && start < end;
}

/* Puts a region at this index. The caller has checked that the table is not full. */
static void insert(struct space *space, unsigned at, const struct region *region)
{
	memmove(&space->regions[at + 1], &space->regions[at], (space->region_count - at) * sizeof(*region));
	space->regions[at] = *region;
	space->region_count++;
}

static void erase(struct space *space, unsigned at)
{
	space->region_count--;
	memmove(&space->regions[at], &space->regions[at + 1], (space->region_count - at) * sizeof(*space->regions));
}

/* Whether two neighbours can be one region. Without joining, a heap that grows in small steps would fill the table. */
static bool joins(const struct region *low, const struct region *high)
{
	return low->end == high->start && low->protection == high->protection && low->file == 0 && high->file == 0;
}

static void join_with_next(struct space *space, unsigned at)
{
	struct region *low = &space->regions[at], *high = low + 1;

	if (at + 1 >= space->region_count || !joins(low, high))
		return;
	low->end = high->end;
	if (high->touched_start < low->touched_start)
		low->touched_start = high->touched_start;
	if (high->touched_end > low->touched_end)
		low->touched_end = high->touched_end;
	erase(space, at + 1);
}

int space_add(struct space *space, const struct region *wanted)
{
	struct region region = *wanted;
	unsigned at = 0;

	if (!valid_range(region.start, region.end))
		return -EINVAL;
	while (at < space->region_count && space->regions[at].end <= region.start)
		at++;
	if (at < space->region_count && space->regions[at].start < region.end)
		return -EINVAL;
	if (space->region_count == REGIONS_MAX)
		return -ENOMEM;
	region.touched_start = region.end;
	region.touched_end = region.start;
	insert(space, at, &region);
	join_with_next(space, at);
	if (at > 0)
		join_with_next(space, at - 1);
	return 0;
}

static void clip_touched(struct region *region)
{
	if (region->touched_start < region->start)
		region->touched_start = region->start;
	if (region->touched_end > region->end)
		region->touched_end = region->end;
	if (region->touched_start >= region->touched_end) {
		region->touched_start = region->end;
		region->touched_end = region->start;
	}
}

/* If `address` lies inside a region, splits the region there. False: too many regions. */
static bool split(struct space *space, uint64_t address)
{
	struct region *low = region_at(space, address);

	if (low == NULL || low->start == address)
		return true;
	if (space->region_count == REGIONS_MAX)
		return false;
	struct region high = *low;
	high.start = address;
	low->end = address;
	clip_touched(low);
	clip_touched(&high);
	insert(space, (unsigned)(low - space->regions) + 1, &high);
	return true;
}

static int split_range(struct space *space, uint64_t start, uint64_t end)
{
	if (!valid_range(start, end))
		return -EINVAL;
	return split(space, start) && split(space, end) ? 0 : -ENOMEM;
}

int space_remove(struct space *space, uint64_t start, uint64_t end)
{
	int error = split_range(space, start, end);

	for (unsigned i = 0; error == 0 && i < space->region_count;) {
		struct region *region = &space->regions[i];
		if (region->start >= end || region->end <= start) {
			i++;
			continue;
		}
		space_put_pages(space, region, region->start, region->end);
		erase(space, i);
	}
	space_flush(space);
	return error;
}

void space_forget(struct space *space, uint64_t start, uint64_t end)
{
	for (unsigned i = 0; i < space->region_count; i++) {
		const struct region *region = &space->regions[i];
		if (region->start < end && region->end > start)
			space_put_pages(space, region, start, end);
	}
	space_flush(space);
}

/* A page may be shared with another process, so a right to write is given at the first write only (space_fault). */
static void change_pages(struct space *space, const struct region *region)
{
	uint64_t rights = region_rights(region), address = region->touched_start, *entry = NULL;

	if (rights & PTE_WRITE)
		rights = (rights & ~PTE_WRITE) | PTE_COPY_ON_WRITE;
	while ((entry = space_next_page(space, entry, &address, region->touched_end)) != NULL) {
		*entry = (*entry & PTE_ADDRESS) | rights;
		address += PAGE_SIZE;
	}
}

static bool covered(struct space *space, uint64_t start, uint64_t end)
{
	while (start < end) {
		const struct region *region = region_at(space, start);
		if (region == NULL)
			return false;
		start = region->end;
	}
	return true;
}

int space_protect(struct space *space, uint64_t start, uint64_t end, unsigned protection)
{
	if (valid_range(start, end) && !covered(space, start, end))
		return -ENOMEM;
	int error = split_range(space, start, end);
	if (error != 0)
		return error;
	for (unsigned i = 0; i < space->region_count; i++) {
		struct region *region = &space->regions[i];
		if (region->start >= end || region->end <= start)
			continue;
		region->protection = protection;
		change_pages(space, region);
	}
	for (unsigned i = space->region_count; i-- > 0;)
		join_with_next(space, i);
	space_flush(space);
	return 0;
}

uint64_t space_find(const struct space *space, uint64_t size)
{
	uint64_t end = MAP_TOP;

	for (unsigned i = space->region_count; i-- > 0;) {
		const struct region *region = &space->regions[i];
		if (region->start >= end)
			continue;
		if (region->end <= end && end - region->end >= size)
			return end - size;
		end = region->start;
	}
	return end >= USER_START && end - USER_START >= size ? end - size : 0;
}
