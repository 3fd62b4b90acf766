/* SPDX-License-Identifier: MIT */
/* Kernel stacks: one for each process, in an address range of their own, with unmapped guard pages below each. */
#ifndef GUEST_KERNEL_MEMORY_KERNEL_STACKS_H
#define GUEST_KERNEL_MEMORY_KERNEL_STACKS_H

#include <stdint.h>

/* A kernel stack, by the address of its upper end; 0 = out of memory. */
uint64_t kstack_get(void);
void kstack_put(uint64_t top);

#endif
