/* SPDX-License-Identifier: MIT */
/*
 * The page allocator: physical pages by frame number, each with a count of its users, since copy-on-write shares pages.
 * Taking and giving back take O(1) time. No page is touched before it is needed, so a large memory costs nothing at
 * boot: fresh pages come from the ranges of the memory map, returned pages from a list.
 */
#ifndef GUEST_KERNEL_LIB_PAGES_H
#define GUEST_KERNEL_LIB_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_SIZE 4096UL
#define PAGE_SHIFT 12

enum { PAGES_RANGES_MAX = 32 };

struct pages_range {
	uint64_t next, end; /* frames */
};

struct pages {
	char *direct; /* virtual address of physical address 0 */
	struct pages_range ranges[PAGES_RANGES_MAX];
	unsigned range_count;
	unsigned current;   /* the range that fresh single pages come from */
	uint64_t free_list; /* frame of the page freed last; 0 = none: frame 0 is never handed out */
	uint64_t free;	    /* number of free pages */
	uint64_t limit;	    /* one more than the highest frame */
	uint32_t *users;    /* by frame; meaningful only for pages that are in use */
};

/* Before pages_start: adds the frames [first, end), except frame 0. Ignored when the table of ranges is full. */
void pages_add(struct pages *pages, uint64_t first, uint64_t end);

/* Before pages_start: takes [first, end) out, because something is there already. */
void pages_reserve(struct pages *pages, uint64_t first, uint64_t end);

/* Makes the table of users, in pages that it takes. False: not enough memory. */
bool pages_start(struct pages *pages, char *direct);

/* A page with one user and any contents, by its frame; 0 = out of memory. */
uint64_t pages_get(struct pages *pages);

/* `count` consecutive fresh pages, by the first frame; 0 = there are none. They cannot be given back. */
uint64_t pages_get_run(struct pages *pages, uint64_t count);

/* pages_share adds a user, pages_put takes one away; without users the page is free. */
static inline void pages_share(struct pages *pages, uint64_t frame)
{
	pages->users[frame]++;
}
void pages_put(struct pages *pages, uint64_t frame);

static inline void *pages_address(const struct pages *pages, uint64_t frame)
{
	return pages->direct + (frame << PAGE_SHIFT);
}

#endif
