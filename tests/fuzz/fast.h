/* SPDX-License-Identifier: MIT */
/*
 * `make fuzz FAST=1`: a fuzz target does one of several things with each input, in order to take more inputs. Without
 * it, a target does all of them.
 */
#ifndef FUZZ_FAST_H
#define FUZZ_FAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef FUZZ_FAST
#define FUZZ_FAST 0
#endif

/* Chooses one of `count` things by the sum of the input's bytes, which is the same in every run. */
static inline size_t fuzz_choose(const uint8_t *data, size_t size, size_t count)
{
	size_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += data[i];
	return sum % count;
}

/* Whether to do `thing` with an input for which fuzz_choose() gave `chosen`. */
static inline bool fuzz_wants(size_t thing, size_t chosen)
{
	return !FUZZ_FAST || thing == chosen;
}

#endif
