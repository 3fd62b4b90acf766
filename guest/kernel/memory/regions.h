/* SPDX-License-Identifier: MIT */
/* The map of an address space: adding, removing and changing its regions. exec and the mmap family call these. */
#ifndef GUEST_KERNEL_MEMORY_REGIONS_H
#define GUEST_KERNEL_MEMORY_REGIONS_H

#include <stdint.h>

#include "kernel/memory/address_space.h"

/* Adds a region. 0, -EINVAL (overlap, outside user memory) or -ENOMEM (too many, or no memory for it). */
int space_add(struct space *space, const struct region *wanted);

/* Takes [start, end) out of the map, whatever is there. 0, -EINVAL or -ENOMEM (no memory for a split). */
int space_remove(struct space *space, uint64_t start, uint64_t end);

/* Gives back the pages in [start, end); they come in anew when they are touched. */
void space_forget(struct space *space, uint64_t start, uint64_t end);

/* Gives [start, end) other rights. 0, -EINVAL, or -ENOMEM (a hole in it, or no memory for a split). */
int space_protect(struct space *space, uint64_t start, uint64_t end, unsigned protection);

/* Whether every page of [start, end) is in a region. */
bool space_covers(struct space *space, uint64_t start, uint64_t end);

/* Where `size` bytes (whole pages) are free, as high as possible below the stack; 0 = nowhere. */
uint64_t space_find(struct space *space, uint64_t size);

#endif
