/* SPDX-License-Identifier: MIT */
/* The page allocator. The list of returned pages is threaded through the pages themselves. */
#include "kernel/lib/pages.h"

void pages_add(struct pages *pages, uint64_t first, uint64_t end)
{
	if (first == 0)
		first = 1;
	if (first >= end || pages->range_count == PAGES_RANGES_MAX)
		return;
	/* In rising order: pages taken early in boot come from low memory, because high memory is not mapped yet. */
	unsigned at = pages->range_count++;
	for (; at > 0 && pages->ranges[at - 1].next > first; at--)
		pages->ranges[at] = pages->ranges[at - 1];
	pages->ranges[at] = (struct pages_range){first, end};
	pages->free += end - first;
	if (end > pages->limit)
		pages->limit = end;
}

void pages_reserve(struct pages *pages, uint64_t first, uint64_t end)
{
	for (unsigned i = 0; i < pages->range_count; i++) {
		struct pages_range *range = &pages->ranges[i];
		uint64_t from = first > range->next ? first : range->next;
		uint64_t to = end < range->end ? end : range->end;
		if (from >= to)
			continue;
		if (from == range->next) {
			/* Nothing of the range is left below, so this needs no second range. */
			range->next = to;
			pages->free -= to - from;
			continue;
		}
		struct pages_range above = {to, range->end};
		pages->free -= range->end - from;
		range->end = from;
		if (above.next < above.end)
			pages_add(pages, above.next, above.end);
	}
}

uint64_t pages_get_run(struct pages *pages, uint64_t count)
{
	for (unsigned i = 0; i < pages->range_count; i++) {
		struct pages_range *range = &pages->ranges[i];
		if (range->end - range->next < count)
			continue;
		uint64_t frame = range->next;
		range->next += count;
		pages->free -= count;
		return frame;
	}
	return 0;
}

bool pages_start(struct pages *pages, char *direct)
{
	uint64_t bytes = pages->limit * sizeof(*pages->users);
	uint64_t table = pages_get_run(pages, (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT);

	pages->direct = direct;
	pages->users = pages_address(pages, table);
	return table != 0;
}

static uint64_t fresh(struct pages *pages)
{
	for (; pages->current < pages->range_count; pages->current++) {
		struct pages_range *range = &pages->ranges[pages->current];
		if (range->next < range->end)
			return range->next++;
	}
	return 0;
}

uint64_t pages_get(struct pages *pages)
{
	uint64_t frame = pages->free_list;

	if (frame != 0)
		pages->free_list = *(const uint64_t *)pages_address(pages, frame);
	else if ((frame = fresh(pages)) == 0)
		return 0;
	pages->users[frame] = 1;
	pages->free--;
	return frame;
}

void pages_put(struct pages *pages, uint64_t frame)
{
	if (--pages->users[frame] != 0)
		return;
	*(uint64_t *)pages_address(pages, frame) = pages->free_list;
	pages->free_list = frame;
	pages->free++;
}
