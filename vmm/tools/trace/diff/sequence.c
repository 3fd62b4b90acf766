/* SPDX-License-Identifier: MIT */
/* The marks of a sequence: see sequence.h. */
#include "tools/trace/diff/sequence.h"

#include <stdlib.h>

#include "base/array.h"

/* Keeps every second mark: those at multiples of twice the stride. */
static void thin_out(struct sequence *sequence)
{
	for (size_t i = 0; i < sequence->mark_count / 2; i++)
		sequence->marks[i] = sequence->marks[2 * i + 1];
	sequence->mark_count /= 2;
	sequence->coarser++;
}

void sequence_mark(struct sequence *sequence)
{
	if (!array_reserve(&sequence->marks, &sequence->mark_capacity, sequence->mark_count + 1, SEQUENCE_MARKS_MAX,
			   sizeof(*sequence->marks))) {
		sequence->failed = true;
		return;
	}
	sequence->marks[sequence->mark_count++] = sequence->hash;
	if (sequence->mark_count == SEQUENCE_MARKS_MAX)
		thin_out(sequence);
}

/* The hash of the first `count` numbers, a multiple of the stride. */
static uint64_t hash_of_first(const struct sequence *sequence, uint64_t count)
{
	return sequence->marks[(count >> (SEQUENCE_FIRST_SHIFT + sequence->coarser)) - 1];
}

struct sequence_range sequence_part(const struct sequence *a, const struct sequence *b)
{
	const struct sequence *coarse = a->coarser > b->coarser ? a : b;
	const uint64_t stride = sequence_stride(coarse), common = a->count < b->count ? a->count : b->count;
	uint64_t from = 0;

	while (common - from >= stride && hash_of_first(a, from + stride) == hash_of_first(b, from + stride))
		from += stride;
	/* One more than both have, so that the end of the shorter one is in the range. */
	return (struct sequence_range){from, (common - from >= stride ? from + stride : common + 1)};
}

void sequence_free(struct sequence *sequence)
{
	free(sequence->marks);
}
