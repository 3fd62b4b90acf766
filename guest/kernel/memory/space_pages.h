/* SPDX-License-Identifier: MIT */
/* The pages of an address space, as regions.c and user_copy.c see them. Nobody outside memory/ includes this. */
#ifndef GUEST_KERNEL_MEMORY_SPACE_PAGES_H
#define GUEST_KERNEL_MEMORY_SPACE_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/memory/address_space.h"
#include "kernel/memory/page_table.h"

/* Bits that the CPU ignores. A process may reach the pages with PTE_PROCESS; with ring 3 they also have PTE_USER. */
#define PTE_COPY_ON_WRITE (1UL << 9) /* shared until somebody writes */
#define PTE_PROCESS (1UL << 10)

/* The lowest-level entry of a user address; NULL if there is no table for it. */
uint64_t *space_entry(const struct space *space, uint64_t address);

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
