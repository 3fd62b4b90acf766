/* SPDX-License-Identifier: MIT */
/* String and memory functions. The compiler itself emits calls to the four mem* functions. */
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
const char *strchr(const char *s, int c); /* c may be '\0', which finds the end */

#endif
