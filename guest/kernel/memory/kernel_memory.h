/* SPDX-License-Identifier: MIT */
/*
 * Memory as the kernel sees it: physical pages, the kernel's own mappings, and the address space of a
 * process with its regions. The kernel reaches user memory only through space_read and space_write, which walk
 * the page tables and use the direct map; no kernel instruction ever touches a user address.
 */
#ifndef GUEST_KERNEL_MEMORY_H
#define GUEST_KERNEL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/boot/memory_layout.h"
#include "kernel/lib/pages.h"

/* Page-table entries (SDM vol. 3A, 4.5) */
#define PTE_PRESENT (1UL << 0)
#define PTE_WRITE (1UL << 1)
#define PTE_USER (1UL << 2)
#define PTE_LARGE (1UL << 7)
#define PTE_GLOBAL (1UL << 8)
#define PTE_NX (1UL << 63)
#define PTE_ADDRESS 0x000ffffffffff000UL

extern struct pages pages;

static inline void *direct(uint64_t physical)
{
	return (char *)DIRECT_BASE + physical;
}

static inline uint64_t physical(const void *address)
{
	return (uint64_t)address - DIRECT_BASE;
}

/* PTE_NX where the CPU has it, else 0. */
extern uint64_t pte_nx;

/* PTE_USER; 0 where processes run in ring 0 (protocol=direct). */
extern uint64_t pte_ring3;

/* Takes over from the boot page tables: direct map of all RAM, the image with W^X. `ram_end`: bytes. */
void memory_map_kernel(uint64_t ram_end);

/* A page of zeros, by its physical address; 0 = out of memory. */
uint64_t page_zeroed(void);
static inline void page_put(uint64_t address)
{
	pages_put(&pages, address >> PAGE_SHIFT);
}

/* A kernel stack with a guard below it: the address of its upper end; 0 = out of memory. */
uint64_t kstack_get(void);
void kstack_put(uint64_t top);

/* ---- address spaces ---- */

enum { REGION_READ = 4, REGION_WRITE = 2, REGION_EXECUTE = 1 }; /* the same as ELF_* */

/* Pages [start, end) with one protection. Bytes from `address` on come from `data`, all others are zero. */
struct region {
	uint64_t start, end;
	uint64_t touched_start, touched_end; /* no page outside has been brought in: fork and exit look no further */
	uint64_t address;
	const uint8_t *data;
	uint64_t file;
	unsigned protection;
};

enum { REGIONS_MAX = 32 };

struct space {
	uint64_t cr3;	     /* physical address of the top-level page table */
	uint32_t tables;     /* frame of the last page table made; pages.users of each names the one before */
	uint64_t page_count; /* pages and page tables it holds; shared pages count for each */
	uint64_t break_start, break_now, break_end; /* the heap of brk(2); the end in whole pages */
	unsigned region_count;
	struct region regions[REGIONS_MAX]; /* sorted, apart */
};

/* An empty space with the kernel in its upper half. False: out of memory. */
bool space_init(struct space *space);

/* Adds a region. 0, -EINVAL (overlap, outside user memory) or -ENOMEM (too many). */
int space_add(struct space *space, const struct region *wanted);

/* Takes [start, end) out of the map, whatever is there. 0, -EINVAL or -ENOMEM (too many regions). */
int space_remove(struct space *space, uint64_t start, uint64_t end);

/* Gives back the pages in [start, end); they come in anew when they are touched. */
void space_forget(struct space *space, uint64_t start, uint64_t end);

/* Gives [start, end) other rights. 0, -EINVAL, or -ENOMEM (a hole in it, or too many regions). */
int space_protect(struct space *space, uint64_t start, uint64_t end, unsigned protection);

/* Where `size` bytes (whole pages) are free, as high as possible below the stack; 0 = nowhere. */
uint64_t space_find(const struct space *space, uint64_t size);

/* Makes `child` (fresh) a copy of `parent`: same regions, pages shared copy-on-write. False: out of memory. */
bool space_copy(struct space *child, const struct space *parent);

/* Frees everything. The space must not be the one CR3 points to. */
void space_free(struct space *space);

/*
 * Makes one page usable: brings it in, or copies it before a write. `access` is REGION_READ, _WRITE or
 * _EXECUTE. 0; -EFAULT: no region allows this; -ENOMEM: out of memory.
 */
int space_fault(struct space *space, uint64_t address, unsigned access);

/* ---- user memory ---- */

/*
 * Copy `size` bytes from or to user memory, bringing pages in as a process's own access would. 0, or
 * -EFAULT or -ENOMEM (what was copied before stays copied).
 */
int space_read(struct space *space, void *to, uint64_t from, uint64_t size);
int space_write(struct space *space, uint64_t to, const void *from, uint64_t size);

/* Copies a string of at most size - 1 bytes and its NUL. Its length, -EFAULT, -ENOMEM or -E2BIG. */
int64_t space_read_string(struct space *space, char *to, uint64_t from, uint64_t size);

/* string.c: what the compiler calls by itself, too. */
void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);

#endif
