/* SPDX-License-Identifier: MIT */
/* The table of regions: found by binary search, moved as blocks of bytes, in pages that come as they are needed. */
#include "kernel/memory/region_table.h"

#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/physical_pages.h"

_Static_assert(sizeof(struct region) * REGIONS_PER_PAGE == PAGE_SIZE, "a page is full of regions");
_Static_assert(sizeof(struct region *) * REGION_PAGES == PAGE_SIZE, "a page is full of addresses of pages");

unsigned region_search(const struct region_table *table, uint64_t address)
{
	unsigned low = 0, high = table->count;

	if (high <= REGIONS_FIRST) {
		while (low < high && table->first[low].end <= address)
			low++;
		return low;
	}
	while (low < high) {
		unsigned middle = (low + high) / 2;
		if (address < region_number(table, middle)->end)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static bool grow(struct region_table *table)
{
	uint64_t frame;

	if (table->pages == NULL) {
		table->room = REGIONS_FIRST;
		frame = pages_get(&pages);
		if (frame == 0)
			return false;
		table->pages = pages_address(&pages, frame);
	}
	frame = table->room == REGIONS_MAX ? 0 : pages_get(&pages);
	if (frame == 0)
		return false;
	table->pages[(table->room - REGIONS_FIRST) / REGIONS_PER_PAGE] = pages_address(&pages, frame);
	table->room += REGIONS_PER_PAGE;
	return true;
}

/* Moves one piece after another: what falls out at the end of one is the first of the next. */
bool region_insert(struct region_table *table, unsigned number, const struct region *region)
{
	if (table->count < REGIONS_FIRST) {
		for (unsigned i = table->count++; i > number; i--)
			table->first[i] = table->first[i - 1];
		table->first[number] = *region;
		return true;
	}
	if (table->count >= table->room && !grow(table))
		return false;
	table->count++;
	struct region carried = *region, last;
	for (unsigned count; number < table->count; number += count) {
		struct region *place = region_run(table, number, &count);
		last = place[count - 1];
		for (unsigned i = count - 1; i > 0; i--)
			place[i] = place[i - 1];
		*place = carried;
		carried = last;
	}
	return true;
}

void region_erase(struct region_table *table, unsigned number, unsigned count)
{
	for (unsigned from = number + count, part, room; from < table->count; from += part, number += part) {
		struct region *source = region_run(table, from, &part), *target = region_run(table, number, &room);
		if (part > room)
			part = room;
		memmove(target, source, part * sizeof(*target));
	}
	table->count -= count;
}

bool region_table_copy(struct region_table *table, const struct region_table *from)
{
	if (from->pages == NULL) {
		memcpy(table->first, from->first, from->count * sizeof(struct region));
		table->count = from->count;
		return true;
	}
	while (table->room < from->count)
		if (!grow(table))
			return false;
	for (unsigned number = 0, count; number < from->count; number += count) {
		const struct region *run = region_run(from, number, &count);
		memcpy(region_number(table, number), run, count * sizeof(*run));
	}
	table->count = from->count;
	return true;
}

void region_table_free(struct region_table *table)
{
	if (table->pages == NULL)
		return;
	for (unsigned room = REGIONS_FIRST; room < table->room; room += REGIONS_PER_PAGE)
		page_put(physical(table->pages[(room - REGIONS_FIRST) / REGIONS_PER_PAGE]));
	page_put(physical(table->pages));
}
