/* SPDX-License-Identifier: MIT */
/* Pseudo-random numbers from a seed: the same seed gives the same numbers on every host. */
#ifndef USER_RANDOM_H
#define USER_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state;
};

uint64_t random_next(struct random *random);

/* Returns a number below `limit`, which must not be 0; nearly uniform if `limit` is small. */
static inline uint64_t random_below(struct random *random, uint64_t limit)
{
	return random_next(random) % limit;
}

#endif
