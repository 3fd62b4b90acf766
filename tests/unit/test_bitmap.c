/* SPDX-License-Identifier: MIT */
/* Unit tests of the set of taken pids: the next free number is found in every place, and not where there is none. */
#include "kernel/lib/bitmap.h"

#include <criterion/criterion.h>
#include <string.h>

enum { END = 256 };

static uint64_t words[END / BITMAP_WORD_BITS];

static void fill(void)
{
	memset(words, 0xff, sizeof(words));
}

TestSuite(bitmap, .init = fill);

Test(bitmap, nothing_is_free)
{
	for (uint32_t from = 0; from <= END; from++)
		cr_assert_eq(bitmap_next_clear(words, from, END), END, "from %u", from);
}

Test(bitmap, the_one_free_number_is_found_from_every_place_before_it)
{
	for (uint32_t free = 0; free < END; free++) {
		bitmap_clear(words, free);
		for (uint32_t from = 0; from < END; from++)
			cr_assert_eq(bitmap_next_clear(words, from, END), from <= free ? free : END, "%u, from %u",
				     free, from);
		bitmap_set(words, free);
	}
}

Test(bitmap, a_number_is_free_again)
{
	memset(words, 0, sizeof(words));
	bitmap_set(words, 0);
	bitmap_set(words, 1);
	cr_assert_eq(bitmap_next_clear(words, 0, END), 2);
	bitmap_clear(words, 0);
	cr_assert_eq(bitmap_next_clear(words, 0, END), 0);
	cr_assert_eq(bitmap_next_clear(words, 1, END), 2);
}
