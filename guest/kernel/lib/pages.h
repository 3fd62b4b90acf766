/* SPDX-License-Identifier: MIT */
/*
 * The page allocator: physical pages by frame number, each with a count of its users (copy-on-write
 * shares pages). Everything is O(1); nothing is touched until it is needed, so a large memory costs
 * nothing at boot. Fresh pages come off the ranges of the memory map, returned ones off a list that is
 * threaded through the pages themselves.
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
	uint64_t free;	    /* pages that can still be had */
	uint64_t limit;	    /* one more than the highest frame */
	uint32_t *users;    /* by frame; meaningful only for pages that are in use */
};

/* Adds the frames [first, end) before pages_start. Frame 0 is left out. Ranges beyond the table are ignored. */
void pages_add(struct pages *pages, uint64_t first, uint64_t end);

/* Takes [first, end) out again: what is already occupied. */
void pages_reserve(struct pages *pages, uint64_t first, uint64_t end);

/* Sets up the table of users, in pages of its own. False if there is no room for it. */
bool pages_start(struct pages *pages, char *direct);

/* A page with one user and whatever contents; 0 = none left. */
uint64_t pages_get(struct pages *pages);

/* `count` consecutive pages, never yet used ones; 0 = none. They are kept for good. */
uint64_t pages_get_run(struct pages *pages, uint64_t count);

/* One more user; one user less, and with the last the page is free. */
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
