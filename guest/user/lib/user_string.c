/* SPDX-License-Identifier: MIT */
/*
 * String and memory functions. Copies use string instructions, because the compiler would recognise a loop and replace
 * it with a call of memcpy, inside memcpy itself.
 */
#include "lib/user_string.h"

#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	void *destination = to;

	__asm__ volatile("rep movsb" : "+D"(destination), "+S"(from), "+c"(size) : : "memory");
	return to;
}

static void copy_backwards(char *to, const char *from, size_t size)
{
	to += size - 1;
	from += size - 1;
	__asm__ volatile("std; rep movsb; cld" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

void *memmove(void *to, const void *from, size_t size)
{
	if ((uintptr_t)to - (uintptr_t)from >= size)
		return memcpy(to, from, size);
	copy_backwards(to, from, size);
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	void *destination = to;

	__asm__ volatile("rep stosb" : "+D"(destination), "+c"(size) : "a"(byte) : "memory");
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *left = a, *right = b;

	for (size_t i = 0; i < size; i++)
		if (left[i] != right[i])
			return left[i] - right[i];
	return 0;
}

size_t strlen(const char *s)
{
	size_t length = 0;

	while (s[length])
		length++;
	return length;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t size)
{
	while (size && *a && *a == *b)
		a++, b++, size--;
	return size ? (unsigned char)*a - (unsigned char)*b : 0;
}

const char *strchr(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return *s == (char)c ? s : NULL;
}
