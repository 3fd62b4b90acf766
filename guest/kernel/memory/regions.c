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

static struct region *number(const struct space *space, unsigned at)
{
	return region_number(&space->regions, at);
}

/*
 * Whether two neighbours can be one region. Without joining, a heap that grows in small steps would fill the table. A
 * region of a file that had been split has the same data, at the same address, in both parts.
 */
static bool joins(const struct region *low, const struct region *high)
{
	return low->end == high->start && low->protection == high->protection && low->file == high->file &&
	       (low->file == 0 || (low->data == high->data && low->address == high->address));
}

static void join_with_next(struct space *space, unsigned at)
{
	if (at + 1 >= space->regions.count)
		return;
	struct region *low = number(space, at), *high = number(space, at + 1);
	if (!joins(low, high))
		return;
	low->end = high->end;
	if (high->touched_start < low->touched_start)
		low->touched_start = high->touched_start;
	if (high->touched_end > low->touched_end)
		low->touched_end = high->touched_end;
	region_erase(&space->regions, at + 1, 1);
}

int space_add(struct space *space, const struct region *wanted)
{
	struct region region = *wanted;

	if (!valid_range(region.start, region.end))
		return -EINVAL;
	unsigned at = region_search(&space->regions, region.start);
	if (at < space->regions.count && number(space, at)->start < region.end)
		return -EINVAL;
	region.touched_start = region.end;
	region.touched_end = region.start;
	if (!region_insert(&space->regions, at, &region))
		return -ENOMEM;
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

/* If `address` lies inside a region, splits the region there. False: out of memory. */
static bool split(struct space *space, uint64_t address)
{
	unsigned at = region_search(&space->regions, address);

	if (at == space->regions.count || number(space, at)->start >= address)
		return true;
	struct region high = *number(space, at);
	high.start = address;
	clip_touched(&high);
	if (!region_insert(&space->regions, at + 1, &high))
		return false;
	struct region *low = number(space, at);
	low->end = address;
	clip_touched(low);
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

	if (error != 0)
		return error;
	unsigned first = region_search(&space->regions, start), last = first;
	for (; last < space->regions.count && number(space, last)->start < end; last++)
		space_put_pages(space, number(space, last), start, end);
	region_erase(&space->regions, first, last - first);
	if (end > space->map_below)
		space->map_below = end < MAP_TOP ? end : MAP_TOP;
	space_flush(space);
	return 0;
}

void space_forget(struct space *space, uint64_t start, uint64_t end)
{
	for (unsigned i = region_search(&space->regions, start); i < space->regions.count; i++) {
		const struct region *region = number(space, i);
		if (region->start >= end)
			break;
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

bool space_covers(struct space *space, uint64_t start, uint64_t end)
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
	if (valid_range(start, end) && !space_covers(space, start, end))
		return -ENOMEM;
	int error = split_range(space, start, end);
	if (error != 0)
		return error;
	unsigned first = region_search(&space->regions, start), last = first;
	for (; last < space->regions.count && number(space, last)->start < end; last++) {
		struct region *region = number(space, last);
		region->protection = protection;
		change_pages(space, region);
	}
	for (unsigned i = last; i-- > first;)
		join_with_next(space, i);
	if (first > 0)
		join_with_next(space, first - 1);
	space_flush(space);
	return 0;
}

/* Where `size` bytes are free, as high as possible below `end`; 0 = nowhere. */
static uint64_t find_below(const struct space *space, uint64_t end, uint64_t size)
{
	unsigned i = region_search(&space->regions, end);

	if (i < space->regions.count && number(space, i)->start < end)
		end = number(space, i)->start;
	while (i-- > 0) {
		const struct region *region = number(space, i);
		if (region->end <= end && end - region->end >= size)
			return end - size;
		end = region->start;
	}
	return end >= USER_START && end - USER_START >= size ? end - size : 0;
}

/*
 * Mappings fill the map from above, so there is seldom room above the one made last. Where it ends up a search begins,
 * or else many mappings would make each further one slow. What is removed higher up raises that place.
 */
uint64_t space_find(struct space *space, uint64_t size)
{
	uint64_t found = space->map_below == 0 ? 0 : find_below(space, space->map_below, size);

	if (found == 0)
		found = find_below(space, MAP_TOP, size);
	if (found != 0)
		space->map_below = found;
	return found;
}
