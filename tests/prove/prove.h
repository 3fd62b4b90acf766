/* SPDX-License-Identifier: MIT */
/*
 * What the proofs beside this file begin with: values of which nothing is known but their range. Frama-C's value
 * analysis (Eva) has no code for these functions, and so takes all values that their contracts allow. Run by
 * scripts/prove.
 */
#ifndef TESTS_PROVE_H
#define TESTS_PROVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*@ requires low <= high;
    assigns \result \from low, high;
    ensures low <= \result <= high; */
uint64_t any(uint64_t low, uint64_t high);

/*@ requires low <= high;
    assigns \result \from low, high;
    ensures low <= \result <= high; */
int64_t any_signed(int64_t low, int64_t high);

static inline bool any_bool(void)
{
	return any(0, 1) == 1;
}

static inline uint8_t any_byte(void)
{
	return (uint8_t)any(0, UINT8_MAX);
}

#endif
