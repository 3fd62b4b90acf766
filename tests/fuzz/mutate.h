/* SPDX-License-Identifier: MIT */
/* Deterministic mutations of the files of a corpus. Used by driver.c. */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

enum { MUTATE_MAX = (1 << 20) + (1 << 16) }; /* maximum bytes of a mutated input */

struct corpus_file {
	const char *path; /* for messages; NULL = an empty file that stands for none */
	uint8_t *data;
	size_t size; /* bytes, at most 1 MiB */
};

struct corpus {
	struct corpus_file *files;
	size_t count; /* at least 1 */
};

/* Writes input number `input` of `seed` to `data`, which has room for MUTATE_MAX bytes. Returns its size in bytes. */
size_t mutate(const struct corpus *corpus, uint64_t seed, uint64_t input, uint8_t *data);

#endif
