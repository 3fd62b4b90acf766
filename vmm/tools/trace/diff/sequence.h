/* SPDX-License-Identifier: MIT */
/*
 * A sequence of numbers of which only hashes are kept, so that two sequences of any length can be compared in constant
 * memory: a hash of all numbers up to some places, the marks, which become rarer as the sequence becomes longer. Where
 * two sequences part is known to the distance of two marks; a second reading of both finds the exact place. Used by
 * diff.c.
 */
#ifndef VMM_TOOLS_TRACE_DIFF_SEQUENCE_H
#define VMM_TOOLS_TRACE_DIFF_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SEQUENCE_MARKS_MAX = 8192 /* even */, SEQUENCE_FIRST_SHIFT = 4 };

/* All zero at first; sequence_free() it at the end. */
struct sequence {
	uint64_t count;
	uint64_t hash;	 /* of all numbers so far */
	uint64_t *marks; /* the hash after each multiple of the stride */
	size_t mark_count, mark_capacity;
	unsigned coarser; /* the stride is 1 << (SEQUENCE_FIRST_SHIFT + coarser) */
	bool failed;	  /* there was no memory for the marks */
};

/* The elements from `from` up to, without it, `to`: among them is the first that differs, or the end of a sequence. */
struct sequence_range {
	uint64_t from, to;
};

static inline uint64_t sequence_stride(const struct sequence *sequence)
{
	return UINT64_C(1) << (SEQUENCE_FIRST_SHIFT + sequence->coarser);
}

/* Mixes a number into a hash; the multiplier is that of Knuth's multiplicative hashing, of 64 bits. */
static inline uint64_t sequence_mix(uint64_t hash, uint64_t number)
{
	hash = (hash ^ number) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

/* For sequence_add(), at a multiple of the stride. */
void sequence_mark(struct sequence *sequence);

static inline void sequence_add(struct sequence *sequence, uint64_t number)
{
	sequence->hash = sequence_mix(sequence->hash, number);
	if (__builtin_expect((++sequence->count & (sequence_stride(sequence) - 1)) == 0, 0))
		sequence_mark(sequence);
}

/* Whether two sequences are the same. */
static inline bool sequence_same(const struct sequence *a, const struct sequence *b)
{
	return a->count == b->count && a->hash == b->hash;
}

/* Where two sequences that are not the same part. */
struct sequence_range sequence_part(const struct sequence *a, const struct sequence *b);

void sequence_free(struct sequence *sequence);

#endif
