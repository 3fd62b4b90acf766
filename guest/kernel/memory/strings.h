/* SPDX-License-Identifier: MIT */
/*
 * The strings of argv or of envp on their way to a new program, in pages of the kernel: the old program's memory is
 * gone before the new one has the CPU. execve, the start of init and exec.c use them.
 */
#ifndef GUEST_KERNEL_MEMORY_STRINGS_H
#define GUEST_KERNEL_MEMORY_STRINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/memory/address_space.h"

/* Linux's limits: bytes of one string with its NUL; bytes of all strings with their addresses. */
enum { STRING_MAX = 128 << 10, STRINGS_MAX = 2 << 20 };

struct string_page;

struct strings {
	struct string_page *first, *last; /* a page, and behind it as many as are needed */
	uint64_t size, count;		  /* bytes, NULs included; strings */
};

/* No strings yet. False: out of memory. */
bool strings_init(struct strings *strings);
void strings_free(struct strings *strings);

/* Appends a string of the kernel's. 0 or -ENOMEM. */
int strings_add(struct strings *strings, const char *text);

/*
 * Appends the strings of a NULL-terminated array in user memory, whose address may be 0: then there are none. 0,
 * -EFAULT, -ENOMEM, or -E2BIG, with `others` bytes there already.
 */
int strings_take(struct strings *strings, struct space *space, uint64_t array, uint64_t others);

/* Appends all strings of `from` but the first. 0 or -ENOMEM. */
int strings_add_rest(struct strings *strings, const struct strings *from);

/* What the strings and their addresses take of STRINGS_MAX. */
static inline uint64_t strings_weight(const struct strings *strings)
{
	return strings->size + strings->count * sizeof(uint64_t);
}

/*
 * Calls `piece` for all bytes, piece by piece, until it returns something else than 0, which is then the result; else
 * the result is 0.
 */
int strings_each(const struct strings *strings, int (*piece)(void *context, const char *bytes, uint64_t size),
		 void *context);

#endif
