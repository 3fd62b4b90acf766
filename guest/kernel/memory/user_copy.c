/* SPDX-License-Identifier: MIT */
/* Copying to and from user memory, page by page. */
#include "kernel/memory/user_copy.h"

#include "kernel/boot/memory_layout.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/out_of_memory.h"
#include "kernel/memory/page_table.h"
#include "kernel/memory/physical_pages.h"

char *space_reach_byte(struct space *space, uint64_t address, unsigned access, int *error)
{
	if (address >= USER_END) {
		*error = -EFAULT;
		return NULL;
	}
	uint64_t *entry = space_entry(space, address);
	char *byte = entry != NULL ? space_byte_by_entry(entry, address, access) : NULL;

	if (byte != NULL)
		return byte;
	do
		*error = space_fault(space, address, access);
	while (*error == -ENOMEM && out_of_memory_kill_other());
	return *error == 0 ? space_byte_by_entry(space_entry(space, address), address, access) : NULL;
}

/*
 * Where the kernel can touch the bytes at a user address: *size shrinks to what lies in the page. NULL with the reason
 * in *error.
 */
static char *reach(struct space *space, uint64_t address, unsigned access, uint64_t *size, int *error)
{
	const uint64_t left = PAGE_SIZE - (address & (PAGE_SIZE - 1));
	char *bytes = space_byte_nearby(space, address, access);

	if (*size > left)
		*size = left;
	return bytes != NULL ? bytes : space_reach_byte(space, address, access, error);
}

int space_write(struct space *space, uint64_t to, const void *from, uint64_t size)
{
	int error = -EFAULT;

	for (uint64_t part; size > 0; size -= part, to += part, from = (const char *)from + part) {
		part = size;
		char *bytes = reach(space, to, REGION_WRITE, &part, &error);
		if (bytes == NULL)
			return error;
		memcpy(bytes, from, part);
	}
	return 0;
}

int space_read(struct space *space, void *to, uint64_t from, uint64_t size)
{
	int error = -EFAULT;

	for (uint64_t part; size > 0; size -= part, from += part, to = (char *)to + part) {
		part = size;
		const char *bytes = reach(space, from, REGION_READ, &part, &error);
		if (bytes == NULL)
			return error;
		memcpy(to, bytes, part);
	}
	return 0;
}

/* The index of the first NUL; `size` if there is none. Looks at eight bytes at a time while none of them is 0. */
static uint64_t find_nul(const char *bytes, uint64_t size)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t at = 0, word;

	for (; at + sizeof(word) <= size; at += sizeof(word)) {
		__builtin_memcpy(&word, bytes + at, sizeof(word));
		if (((word - ones) & ~word & ones << 7) != 0)
			break;
	}
	while (at < size && bytes[at] != '\0')
		at++;
	return at;
}

int64_t space_read_string(struct space *space, char *to, uint64_t from, uint64_t size)
{
	uint64_t length = 0;
	int error = -EFAULT;

	while (length < size) {
		uint64_t part = size - length;
		const char *bytes = reach(space, from + length, REGION_READ, &part, &error);
		if (bytes == NULL)
			return error;
		uint64_t found = find_nul(bytes, part);
		memcpy(to + length, bytes, found < part ? found + 1 : part);
		length += found;
		if (found < part)
			return (int64_t)length;
	}
	return -E2BIG;
}
