/* SPDX-License-Identifier: MIT */
/*
 * The only way to user memory: through the page tables of its address space and the direct map. No kernel instruction
 * ever touches a user address. System calls and files call these.
 */
#ifndef GUEST_KERNEL_MEMORY_USER_COPY_H
#define GUEST_KERNEL_MEMORY_USER_COPY_H

#include <stdint.h>

#include "kernel/memory/address_space.h"

/*
 * Copy `size` bytes from or to user memory, bringing pages in as a process's own access would. 0, or
 * -EFAULT or -ENOMEM (what was copied before stays copied).
 */
int space_read(struct space *space, void *to, uint64_t from, uint64_t size);
int space_write(struct space *space, uint64_t to, const void *from, uint64_t size);

/* Copies a string of at most size - 1 bytes and its NUL. Its length, -EFAULT, -ENOMEM or -E2BIG. */
int64_t space_read_string(struct space *space, char *to, uint64_t from, uint64_t size);

#endif
