/* SPDX-License-Identifier: MIT */
/*
 * paging=eager: memory is there before it is touched, as on the book's first machines. exec, fork, brk and mmap call
 * these; with paging=demand they do nothing, and space_fault brings pages in one by one.
 */
#ifndef GUEST_KERNEL_MEMORY_EAGER_PAGES_H
#define GUEST_KERNEL_MEMORY_EAGER_PAGES_H

#include "kernel/boot/kernel_options.h"
#include "kernel/boot/memory_layout.h"
#include "kernel/memory/address_space.h"

/* The stack of a program: what cannot grow must have a size from the beginning. */
#define USER_STACK_EAGER 0x40000
static inline uint64_t user_stack_size(void)
{
	return options.paging == PAGING_EAGER ? USER_STACK_EAGER : USER_STACK_SIZE;
}

/* What these do with paging=eager. 0 or -ENOMEM; pages that came before memory was out stay in the space. */
int eager_bring_in(struct space *space, uint64_t start, uint64_t end);
int eager_unshare(struct space *child, struct space *parent);

/* Brings in the pages of [start, end) that a region allows to be touched. 0 or -ENOMEM. */
static inline int space_bring_in(struct space *space, uint64_t start, uint64_t end)
{
	return options.paging == PAGING_EAGER ? eager_bring_in(space, start, end) : 0;
}

/* Gives child and parent pages of their own, instead of shared ones that are copied at the first write. 0 or -ENOMEM.
 */
static inline int space_unshare(struct space *child, struct space *parent)
{
	return options.paging == PAGING_EAGER ? eager_unshare(child, parent) : 0;
}

#endif
