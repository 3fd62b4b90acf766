/* SPDX-License-Identifier: MIT */
/* A set of small numbers, one bit each: the process list keeps in one which pids are taken. */
#ifndef GUEST_KERNEL_LIB_BITMAP_H
#define GUEST_KERNEL_LIB_BITMAP_H

#include <stdint.h>

enum { BITMAP_WORD_BITS = 64 };

static inline void bitmap_set(uint64_t *words, uint32_t number)
{
	words[number / BITMAP_WORD_BITS] |= 1UL << number % BITMAP_WORD_BITS;
}

static inline void bitmap_clear(uint64_t *words, uint32_t number)
{
	words[number / BITMAP_WORD_BITS] &= ~(1UL << number % BITMAP_WORD_BITS);
}

/* The first number in [from, end) that is not in the set; `end` if there is none. `end` is a multiple of 64. */
static inline uint32_t bitmap_next_clear(const uint64_t *words, uint32_t from, uint32_t end)
{
	while (from < end) {
		uint64_t clear = ~words[from / BITMAP_WORD_BITS] >> from % BITMAP_WORD_BITS;
		if (clear != 0)
			return from + (uint32_t)__builtin_ctzl(clear);
		from = (from / BITMAP_WORD_BITS + 1) * BITMAP_WORD_BITS;
	}
	return end;
}

#endif
