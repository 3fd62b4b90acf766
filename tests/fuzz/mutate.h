/* SPDX-License-Identifier: MIT */
/* Deterministic mutations of the files of a corpus. Used by driver.c. */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

enum { MUTATE_MAX = (1 << 20) + (1 << 16) }; /* bytes of a mutated input at most */

struct corpus_file {
	uint8_t *data;
	size_t size; /* at most 1 MiB */
};

struct corpus {
	struct corpus_file *files;
	size_t count; /* 1 at least */
};

/* Writes input number `input` of `seed` to `data`, which has room for MUTATE_MAX. Returns its size. */
size_t mutate(const struct corpus *corpus, uint64_t seed, uint64_t input, uint8_t *data);

#endif
