/* SPDX-License-Identifier: MIT */
/*
 * The only way to user memory: through the page tables of its address space and the direct map. No kernel instruction
 * ever touches a user address. System calls and files call these.
 */
#ifndef GUEST_KERNEL_MEMORY_USER_COPY_H
#define GUEST_KERNEL_MEMORY_USER_COPY_H

#include <stdint.h>

#include "kernel/memory/address_space.h"
#include "kernel/memory/physical_pages.h"

/*
 * Copy `size` bytes from or to user memory, bringing pages in as a process's own access would. 0, or
 * -EFAULT or -ENOMEM (what was copied before stays copied).
 */
int space_read(struct space *space, void *to, uint64_t from, uint64_t size);
int space_write(struct space *space, uint64_t to, const void *from, uint64_t size);

/* Where the kernel can touch the byte at an address that has this entry, if the entry allows the access; else NULL. */
static inline char *space_byte_by_entry(const uint64_t *entry, uint64_t address, unsigned access)
{
	const uint64_t wanted = PTE_PRESENT | PTE_PROCESS | (access == REGION_WRITE ? PTE_WRITE : 0);

	if ((*entry & wanted) != wanted)
		return NULL;
	return (char *)direct(*entry & PTE_ADDRESS) + (address & (PAGE_SIZE - 1));
}

/* Most accesses are where the one before was, for which this is enough: it is inlined, and looks nothing up. */
static inline char *space_byte_nearby(const struct space *space, uint64_t address, unsigned access)
{
	const uint64_t *entry = space_last_entry(space, address);

	return entry != NULL ? space_byte_by_entry(entry, address, access) : NULL;
}

/*
 * As space_byte_by_entry, for any user address. A page that is missing or shared is brought in or copied as for the
 * process itself. NULL with the reason in *error.
 */
char *space_reach_byte(struct space *space, uint64_t address, unsigned access, int *error);

/*
 * Where the kernel can touch bytes of user memory that lie in one page, for those who would rather not copy them. NULL:
 * they do not lie in one page, or -EFAULT or -ENOMEM. Any change of the address space ends the use of the result.
 */
static inline void *space_bytes(struct space *space, uint64_t address, uint64_t size, unsigned access)
{
	int error;

	if ((address & (PAGE_SIZE - 1)) + size > PAGE_SIZE)
		return NULL;
	char *bytes = space_byte_nearby(space, address, access);
	return bytes != NULL ? bytes : space_reach_byte(space, address, access, &error);
}

/* Copies a string of at most size - 1 bytes and its NUL. Its length, -EFAULT, -ENOMEM or -E2BIG. */
int64_t space_read_string(struct space *space, char *to, uint64_t from, uint64_t size);

#endif
