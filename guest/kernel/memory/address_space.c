/* SPDX-License-Identifier: MIT */
/* Page tables and pages of address spaces: made, filled, shared, copied before a write, freed. */
#include "kernel/memory/address_space.h"

#include "kernel/boot/memory_layout.h"
#include "kernel/devices/instructions.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/kernel_map.h"
#include "kernel/memory/page_table.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/schedule/pause.h"

const struct space *space_of_init;

/*
 * A page table has exactly one user, so a count of its users is not needed. In its place stands the frame of the table
 * made before it, and space_free follows this chain.
 */
static uint64_t new_table(struct space *space)
{
	uint64_t table = page_zeroed();

	if (table == 0)
		return 0;
	pages.users[table >> PAGE_SHIFT] = space->tables;
	space->tables = (uint32_t)(table >> PAGE_SHIFT);
	space->page_count++;
	return table;
}

bool space_init(struct space *space)
{
	*space = (struct space){0};
	space->cr3 = new_table(space);
	if (space->cr3 == 0)
		return false;
	uint64_t *top = space->top = direct(space->cr3);
	top[DIRECT_SLOT] = kernel_pml4[DIRECT_SLOT];
	top[KSTACK_SLOT] = kernel_pml4[KSTACK_SLOT];
	top[KERNEL_SLOT] = kernel_pml4[KERNEL_SLOT];
	return true;
}

/* The lowest-level entry of an address. A missing table is made for the space `grow`, or with NULL ends the walk. */
static uint64_t *walk(uint64_t *table, uint64_t address, struct space *grow)
{
#pragma GCC unroll 3 /* constant shifts: fork, exit and page faults spend many of their instructions here */
	for (unsigned shift = 39; shift > 12; shift -= 9) {
		uint64_t *entry = &table[address >> shift & 511];
		if (*entry == 0) {
			uint64_t page = grow == NULL ? 0 : new_table(grow);
			if (page == 0)
				return NULL;
			*entry = page | PTE_PRESENT | PTE_WRITE | PTE_USER;
		}
		table = direct(*entry & PTE_ADDRESS);
	}
	return &table[address >> PAGE_SHIFT & 511];
}

/* Remembers the table, because the next look-up is often near. Tables stay until the space is freed. */
static uint64_t *remember(struct space *space, uint64_t address, uint64_t *entry)
{
	if (entry != NULL) {
		space->last_reach = 1 + address / LARGE_PAGE;
		space->last_table = entry - (address >> PAGE_SHIFT & 511);
	}
	return entry;
}

uint64_t *space_entry(struct space *space, uint64_t address)
{
	return remember(space, address, walk(space->top, address, NULL));
}

/* The lowest-level entry of a user address, with its tables made if needed; NULL: out of memory. */
static uint64_t *make_entry(struct space *space, uint64_t address)
{
	uint64_t *entry = space_last_entry(space, address);

	return entry != NULL ? entry : remember(space, address, walk(space->top, address, space));
}

/* Fills a fresh page as its region says: with the region's data where it has some, else with zeros. */
static void fill(char *page, uint64_t address, const struct region *region)
{
	uint64_t data_end = region->address + region->file;
	uint64_t from = address > region->address ? address : region->address;
	uint64_t to = address + PAGE_SIZE < data_end ? address + PAGE_SIZE : data_end;

	if (from >= to) {
		memset(page, 0, PAGE_SIZE);
		return;
	}
	memset(page, 0, from - address);
	memcpy(page + (from - address), region->data + (from - region->address), to - from);
	memset(page + (to - address), 0, address + PAGE_SIZE - to);
}

uint64_t region_rights(const struct region *region)
{
	if (region->protection == 0)
		return PTE_PRESENT;
	return PTE_PRESENT | PTE_PROCESS | pte_ring3 | (region->protection & REGION_WRITE ? PTE_WRITE : 0) |
	       (region->protection & REGION_EXECUTE ? 0 : pte_nx);
}

static int bring_in(struct space *space, uint64_t *entry, uint64_t address, struct region *region)
{
	uint64_t frame = pages_get(&pages);

	if (frame == 0)
		return -ENOMEM;
	address &= ~(PAGE_SIZE - 1);
	fill(pages_address(&pages, frame), address, region);
	if (address < region->touched_start)
		region->touched_start = address;
	if (address + PAGE_SIZE > region->touched_end)
		region->touched_end = address + PAGE_SIZE;
	*entry = frame << PAGE_SHIFT | region_rights(region);
	space->page_count++;
	return 0;
}

static int copy_before_write(uint64_t *entry, uint64_t address)
{
	uint64_t shared = (*entry & PTE_ADDRESS) >> PAGE_SHIFT;
	uint64_t frame = shared;

	if (pages.users[shared] > 1) {
		frame = pages_get(&pages);
		if (frame == 0)
			return -ENOMEM;
		copy_page(pages_address(&pages, frame), pages_address(&pages, shared));
		pages_put(&pages, shared);
	}
	*entry = (*entry & ~(PTE_ADDRESS | PTE_COPY_ON_WRITE)) | frame << PAGE_SHIFT | PTE_WRITE;
	invlpg(address);
	return 0;
}

/* Inlined, this would cost every page fault some instructions more. */
NEVER_INLINE struct region *region_at(struct space *space, uint64_t address)
{
	struct region *first = space->regions.first;

	if (space->regions.count <= REGIONS_FIRST) { /* nearly always */
		for (unsigned i = 0; i < space->regions.count; i++)
			if (address < first[i].end)
				return address >= first[i].start ? &first[i] : NULL;
		return NULL;
	}
	unsigned number = region_search(&space->regions, address);
	if (number == space->regions.count)
		return NULL;
	struct region *region = region_number(&space->regions, number);
	return address >= region->start ? region : NULL;
}

int space_fault(struct space *space, uint64_t address, unsigned access)
{
	struct region *region = region_at(space, address);

	if (region == NULL || (region->protection & access) == 0)
		return -EFAULT;
	if (pages.free < PAGES_RESERVED && space != space_of_init)
		return -ENOMEM;
	uint64_t *entry = make_entry(space, address);
	if (entry == NULL)
		return -ENOMEM;
	if (*entry == 0)
		return bring_in(space, entry, address, region);
	if (access == REGION_WRITE && (*entry & PTE_COPY_ON_WRITE))
		return copy_before_write(entry, address);
	/* The page is there and allowed: the CPU had a stale translation, or forbids the access for another reason. */
	return *entry & PTE_WRITE || access != REGION_WRITE ? 0 : -EFAULT;
}

static bool share_page(struct space *child, uint64_t *entry, uint64_t address)
{
	uint64_t *own = make_entry(child, address);

	if (own == NULL)
		return false;
	if (*entry & PTE_WRITE)
		*entry = (*entry & ~PTE_WRITE) | PTE_COPY_ON_WRITE;
	*own = *entry;
	pages_share(&pages, (*entry & PTE_ADDRESS) >> PAGE_SHIFT);
	child->page_count++;
	return true;
}

/* The first address behind the range of the table that is missing at `address`. This may skip terabytes. */
static uint64_t past_hole(const struct space *space, uint64_t address)
{
	const uint64_t *table = space->top;
	unsigned shift = 39;

	for (uint64_t entry; (entry = table[address >> shift & 511]) != 0 && shift > PAGE_SHIFT; shift -= 9)
		table = direct(entry & PTE_ADDRESS);
	return (address | ((1UL << shift) - 1)) + 1;
}

/* What is done between two pauses: a part of a page table that takes milliseconds where ring 0 is emulated. */
#define PIECE (64 * PAGE_SIZE)
enum { TABLES_IN_PIECE = 64 };

static NEVER_INLINE uint64_t *next_piece(const struct space *space, uint64_t address)
{
	schedule_pause();
	return walk(space->top, address, NULL);
}

static NEVER_INLINE uint64_t pass_hole(const struct space *space, uint64_t address)
{
	schedule_pause();
	return past_hole(space, address);
}

/* Inlined into each loop, because fork and exit spend most of their instructions here. */
static ALWAYS_INLINE uint64_t *next_page(const struct space *space, uint64_t *entry, uint64_t *address, uint64_t end)
{
	while (*address < end) {
		if (entry == NULL)
			entry = walk(space->top, *address, NULL);
		else if (*address % PIECE != 0)
			entry++;
		else
			entry = next_piece(space, *address);
		if (entry == NULL)
			*address = pass_hole(space, *address);
		else if (*entry == 0)
			*address += PAGE_SIZE;
		else
			return entry;
	}
	return NULL;
}

uint64_t *space_next_page(const struct space *space, uint64_t *entry, uint64_t *address, uint64_t end)
{
	return next_page(space, entry, address, end);
}

static bool share_region(struct space *child, const struct space *parent, const struct region *region)
{
	uint64_t address = region->touched_start, *entry = NULL;

	while ((entry = next_page(parent, entry, &address, region->touched_end)) != NULL) {
		if (!share_page(child, entry, address))
			return false;
		address += PAGE_SIZE;
	}
	return true;
}

void space_flush(const struct space *space)
{
	if (read_cr3() == space->cr3)
		write_cr3(space->cr3);
}

bool space_copy(struct space *child, const struct space *parent)
{
	bool complete = region_table_copy(&child->regions, &parent->regions);

	child->map_below = parent->map_below;
	child->break_start = parent->break_start;
	child->break_now = parent->break_now;
	child->break_end = parent->break_end;
	for (unsigned i = 0; i < parent->regions.count && complete; i++)
		complete = share_region(child, parent, region_number(&parent->regions, i));
	space_flush(parent); /* the CPU may remember that the parent could write */
	return complete;
}

void space_put_pages(struct space *space, const struct region *region, uint64_t start, uint64_t end)
{
	uint64_t address = start > region->touched_start ? start : region->touched_start, *entry = NULL;
	uint64_t last = end < region->touched_end ? end : region->touched_end;

	while ((entry = next_page(space, entry, &address, last)) != NULL) {
		page_put(*entry & PTE_ADDRESS);
		*entry = 0;
		space->page_count--;
		address += PAGE_SIZE;
	}
}

void space_free(struct space *space)
{
	space->cr3 = 0; /* in the pauses the scheduler must not find page tables that are half gone */
	for (unsigned i = 0; i < space->regions.count; i++)
		space_put_pages(space, region_number(&space->regions, i), 0, USER_END);
	region_table_free(&space->regions);
	unsigned count = 0;
	for (uint32_t table = space->tables, next; table != 0; table = next) {
		next = pages.users[table];
		pages.users[table] = 1;
		pages_put(&pages, table);
		if (++count % TABLES_IN_PIECE == 0)
			schedule_pause();
	}
	*space = (struct space){0};
}
