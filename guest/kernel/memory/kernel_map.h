/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own half of every address space: the direct map of all RAM, the kernel image, the kernel stacks. The
 * tables begin as data (kernel_tables.S), which boot loads; memory_map_kernel completes them.
 */
#ifndef GUEST_KERNEL_MEMORY_KERNEL_MAP_H
#define GUEST_KERNEL_MEMORY_KERNEL_MAP_H

#include <stdint.h>

/* The top-level table of the kernel's own address space, and the table of the kernel stacks' part of it. */
extern uint64_t kernel_pml4[512], kstack_pdpt[512];

/* Maps all RAM up to `ram_end` (bytes), makes no page of the image both writable and executable, drops the map at 0. */
void memory_map_kernel(uint64_t ram_end);

/* Makes the CPU use the kernel's own address space, in which there is no user memory. */
void kernel_map_load(void);

#endif
