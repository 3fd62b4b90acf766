/* SPDX-License-Identifier: MIT */
/* Bytes and strings, as in the C library. The compiler also calls the first four by itself. */
#ifndef GUEST_KERNEL_MEMORY_BYTES_AND_STRINGS_H
#define GUEST_KERNEL_MEMORY_BYTES_AND_STRINGS_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/lib/pages.h"

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);

/* Copies a whole page in the fewest instructions. */
static inline void copy_page(void *to, const void *from)
{
	uint64_t words = PAGE_SIZE / sizeof(uint64_t);

	__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}

#endif
