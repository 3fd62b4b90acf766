/* SPDX-License-Identifier: MIT */
/*
 * The table of an address space's regions, sorted by address. The first of them are in the table itself, which is a
 * part of struct space; what is more is in pages of the table's own, so that memory limits their number. regions.c and
 * address_space.c use it.
 */
#ifndef GUEST_KERNEL_MEMORY_REGION_TABLE_H
#define GUEST_KERNEL_MEMORY_REGION_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The pages [start, end), which have one protection. `file` bytes from `address` on are copies of `data`; all other
 * bytes of a fresh page are zero.
 */
struct region {
	uint64_t start, end;
	uint64_t touched_start, touched_end; /* only here can there be pages, so fork and exit look at no others */
	uint64_t address;
	const uint8_t *data;
	uint64_t file;
	unsigned protection;
};

/* REGIONS_MAX is about half of Linux's default. */
enum { REGIONS_FIRST = 24, REGIONS_PER_PAGE = 64, REGION_PAGES = 512 };
enum { REGIONS_MAX = REGIONS_FIRST + REGIONS_PER_PAGE * REGION_PAGES };

struct region_table {
	unsigned count, room;  /* room: places in all, if there are pages */
	struct region **pages; /* a page of addresses of pages; NULL while `first` is enough */
	struct region first[REGIONS_FIRST];
};

static inline struct region *region_number(const struct region_table *table, unsigned number)
{
	if (number < REGIONS_FIRST)
		return (struct region *)&table->first[number];
	number -= REGIONS_FIRST;
	return &table->pages[number / REGIONS_PER_PAGE][number % REGIONS_PER_PAGE];
}

/* The region with that number, with the *count regions that lie behind each other in memory from it on. */
static inline struct region *region_run(const struct region_table *table, unsigned number, unsigned *count)
{
	unsigned in_piece = number < REGIONS_FIRST ? REGIONS_FIRST - number
						   : REGIONS_PER_PAGE - (number - REGIONS_FIRST) % REGIONS_PER_PAGE;

	*count = table->count - number < in_piece ? table->count - number : in_piece;
	return region_number(table, number);
}

/* The number of the first region that ends behind `address`; the count of regions if there is none. */
unsigned region_search(const struct region_table *table, uint64_t address);

/* Puts a region in front of the one with that number. False: out of memory, or there are REGIONS_MAX. */
bool region_insert(struct region_table *table, unsigned number, const struct region *region);

/* Takes out `count` regions from that number on. */
void region_erase(struct region_table *table, unsigned number, unsigned count);

/* Makes an empty table a copy of another. False: out of memory; the table may then have some of the regions. */
bool region_table_copy(struct region_table *table, const struct region_table *from);

/* Gives back the table's pages. */
void region_table_free(struct region_table *table);

#endif
