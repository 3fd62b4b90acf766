/* SPDX-License-Identifier: MIT */
/*
 * Physical memory: the kernel's one page allocator, and the direct map by which the kernel reaches every page. Every
 * part of the kernel that needs memory takes whole pages from here.
 */
#ifndef GUEST_KERNEL_MEMORY_PHYSICAL_PAGES_H
#define GUEST_KERNEL_MEMORY_PHYSICAL_PAGES_H

#include <stdint.h>

#include "kernel/boot/memory_layout.h"
#include "kernel/lib/pages.h"

extern struct pages pages;

static inline void *direct(uint64_t physical)
{
	return (char *)DIRECT_BASE + physical;
}

static inline uint64_t physical(const void *address)
{
	return (uint64_t)address - DIRECT_BASE;
}

/* A page of zeros, by its physical address; 0 = out of memory. */
uint64_t page_zeroed(void);

/* Gives up one use of the page at this physical address; the last use gone, the page is free. */
static inline void page_put(uint64_t address)
{
	pages_put(&pages, address >> PAGE_SHIFT);
}

#endif
