/* SPDX-License-Identifier: MIT */
/* Strings and memory. The compiler emits calls to the four mem* functions by itself. */
#ifndef USER_USER_STRING_H
#define USER_USER_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);
const char *strchr(const char *s, int c); /* the end of the string counts */

#endif
