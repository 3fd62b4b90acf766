/* SPDX-License-Identifier: MIT */
/*
 * The address space of a process. Regions say what may be where (regions.h changes them); page tables say which pages
 * are there already. A page comes in when it is touched (space_fault). fork shares pages between parent and child, and
 * space_fault copies a shared page before the first write.
 */
#ifndef GUEST_KERNEL_MEMORY_ADDRESS_SPACE_H
#define GUEST_KERNEL_MEMORY_ADDRESS_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/lib/pages.h"
#include "kernel/memory/page_table.h"
#include "kernel/memory/region_table.h"

enum { REGION_READ = 4, REGION_WRITE = 2, REGION_EXECUTE = 1 }; /* as ELF_PF_* */

struct space {
	uint64_t cr3;			  /* physical address of the top-level page table; 0 while it is freed */
	uint64_t *top;			  /* that table */
	uint32_t tables;		  /* frame of the page table made last; address_space.c chains them */
	uint64_t last_reach, *last_table; /* the table used last; 1 + address / LARGE_PAGE, 0: none */
	uint64_t page_count;		  /* pages and page tables it holds; shared pages count for each */
	uint64_t break_start, break_now, break_end; /* the heap of brk(2); the end in whole pages */
	uint64_t map_below;			    /* space_find looks for room below this first */
	struct region_table regions;		    /* they never overlap */
};

/*
 * Pages that processes leave to the kernel and to init, which is never ended for want of memory. boot sets
 * space_of_init.
 */
enum { PAGES_RESERVED = 32 };
extern const struct space *space_of_init;

/* An empty space with the kernel in its upper half. False: out of memory. */
bool space_init(struct space *space);

/*
 * These two, and what regions.h offers, take time with the size of a space and pause meanwhile (schedule_pause). So the
 * space is the current process's, or one that no process runs in.
 */

/* Makes `child` (fresh) a copy of `parent`: same regions, pages shared copy-on-write. False: out of memory. */
bool space_copy(struct space *child, const struct space *parent);

/* Frees everything. Neither CR3 nor a process that can get the CPU may point to the space. */
void space_free(struct space *space);

/*
 * Makes one page usable: brings it in, or copies it before a write. `access` is REGION_READ, _WRITE or
 * _EXECUTE. 0; -EFAULT: no region allows this; -ENOMEM: out of memory.
 */
int space_fault(struct space *space, uint64_t address, unsigned access);

/* ---- pages, for regions.c and user_copy.c alone ---- */

/* Bits that the CPU ignores. A process may reach the pages with PTE_PROCESS; with ring 3 they also have PTE_USER. */
#define PTE_COPY_ON_WRITE (1UL << 9) /* shared until somebody writes */
#define PTE_PROCESS (1UL << 10)

/* The lowest-level entry of a user address; NULL if there is no table for it. */
uint64_t *space_entry(struct space *space, uint64_t address);

/* The same without looking for it: NULL, unless it is in the table that space_entry used last. */
static inline uint64_t *space_last_entry(const struct space *space, uint64_t address)
{
	return 1 + address / LARGE_PAGE == space->last_reach ? &space->last_table[address >> PAGE_SHIFT & 511] : NULL;
}

/*
 * The next address in [*address, end) that has a page, with its entry; NULL when there is none. `entry` is that of the
 * page before *address, or NULL.
 */
uint64_t *space_next_page(const struct space *space, uint64_t *entry, uint64_t *address, uint64_t end);

/* The region that holds an address, or NULL. */
struct region *region_at(struct space *space, uint64_t address);

/* What the page-table entries of a region say besides the address. */
uint64_t region_rights(const struct region *region);

/* Gives back the pages of [start, end) of a region. */
void space_put_pages(struct space *space, const struct region *region, uint64_t start, uint64_t end);

/* Drops stale translations, if the CPU is using this space. */
void space_flush(const struct space *space);

#endif
