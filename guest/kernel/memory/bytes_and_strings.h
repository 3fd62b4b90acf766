/* SPDX-License-Identifier: MIT */
/* Bytes and strings, as in the C library. The compiler also calls the first four by itself. */
#ifndef GUEST_KERNEL_MEMORY_BYTES_AND_STRINGS_H
#define GUEST_KERNEL_MEMORY_BYTES_AND_STRINGS_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);

#endif
