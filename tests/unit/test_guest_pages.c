/* SPDX-License-Identifier: MIT */
/* Unit tests of the page allocator on a small memory: ranges, exact counts, users, exhaustion, runs. */
#include "kernel/lib/pages.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 64 };

static char *memory;
static struct pages pages;

static void setup(void)
{
	pages = (struct pages){0};
	memory = aligned_alloc(PAGE_SIZE, FRAMES * PAGE_SIZE);
	memset(memory, 0xa5, FRAMES * PAGE_SIZE);
}

static void teardown(void)
{
	free(memory);
}

TestSuite(guest_pages, .init = setup, .fini = teardown);

static void start(uint64_t first, uint64_t end)
{
	pages_add(&pages, first, end);
	cr_assert(pages_start(&pages, memory));
}

/* Takes every free page; each must be new, and `pages.free` must have been their exact count. */
static uint64_t take_all(bool taken[FRAMES])
{
	uint64_t count = 0, expected = pages.free;

	memset(taken, 0, FRAMES * sizeof(*taken));
	for (uint64_t frame; (frame = pages_get(&pages)) != 0; count++) {
		cr_assert_lt(frame, FRAMES);
		cr_assert_not(taken[frame], "frame %lu was handed out twice", frame);
		taken[frame] = true;
		memset(pages_address(&pages, frame), 0x5a, PAGE_SIZE);
	}
	cr_assert_eq(count, expected);
	cr_assert_eq(pages.free, 0);
	return count;
}

/* Checks which frames were handed out: '#' in `map`, one character for each frame. */
static void check_taken(const bool taken[FRAMES], const char *map)
{
	for (uint64_t frame = 0; frame < FRAMES; frame++)
		cr_assert_eq(taken[frame], frame < strlen(map) && map[frame] == '#', "frame %lu", frame);
}

/* ---- ranges ---- */

Test(guest_pages, counts_what_is_added)
{
	pages_add(&pages, 4, 8);
	cr_assert_eq(pages.free, 4);
	cr_assert_eq(pages.limit, 8);
	pages_add(&pages, 1, 2);
	cr_assert_eq(pages.free, 5);
	cr_assert_eq(pages.limit, 8);
}

Test(guest_pages, leaves_out_frame_0)
{
	pages_add(&pages, 0, 3);
	cr_assert_eq(pages.free, 2);
	pages_add(&pages, 0, 1);
	cr_assert_eq(pages.free, 2);
	cr_assert_eq(pages.range_count, 1);
}

Test(guest_pages, ignores_empty_and_inverted_ranges)
{
	pages_add(&pages, 5, 5);
	pages_add(&pages, 6, 5);
	pages_add(&pages, UINT64_MAX, 0);
	cr_assert_eq(pages.free, 0);
	cr_assert_eq(pages.range_count, 0);
	cr_assert_eq(pages.limit, 0);
}

Test(guest_pages, ignores_ranges_beyond_the_table)
{
	for (uint64_t i = 0; i < PAGES_RANGES_MAX + 3; i++)
		pages_add(&pages, 2 * i + 1, 2 * i + 2);
	cr_assert_eq(pages.range_count, PAGES_RANGES_MAX);
	cr_assert_eq(pages.free, PAGES_RANGES_MAX);
	cr_assert_eq(pages.limit, 2 * PAGES_RANGES_MAX);
}

/* Reserves frames [first, end) of the frames 10 to 19 and returns how many are left. */
static uint64_t left_after_reserving(uint64_t first, uint64_t end)
{
	pages = (struct pages){0};
	pages_add(&pages, 10, 20);
	pages_reserve(&pages, first, end);
	return pages.free;
}

Test(guest_pages, reserving_counts_exactly)
{
	for (uint64_t first = 5; first < 25; first++)
		for (uint64_t end = 5; end < 25; end++) {
			uint64_t left = 0;
			for (uint64_t frame = 10; frame < 20; frame++)
				left += frame < first || frame >= end;
			cr_assert_eq(left_after_reserving(first, end), left, "[%lu, %lu)", first, end);
		}
	cr_assert_eq(left_after_reserving(0, UINT64_MAX), 0);
	cr_assert_eq(left_after_reserving(UINT64_MAX, 0), 10);
}

Test(guest_pages, reserving_takes_exactly_those_frames)
{
	bool taken[FRAMES];

	pages_add(&pages, 1, 6);
	pages_add(&pages, 8, 20);
	pages_reserve(&pages, 4, 10);
	pages_reserve(&pages, 14, 16);
	pages_reserve(&pages, 15, 17);
	cr_assert(pages_start(&pages, memory));
	take_all(taken);
	check_taken(taken, "..##......####...###"); /* frame 1 has the table of users */
}

Test(guest_pages, reserving_splits_once_for_a_hole)
{
	pages_add(&pages, 1, 20);
	pages_reserve(&pages, 5, 10);
	cr_assert_eq(pages.range_count, 2);
	pages_reserve(&pages, 1, 3);
	pages_reserve(&pages, 18, 20);
	cr_assert_eq(pages.range_count, 2, "an end of a range needs no place in the table");
	cr_assert_eq(pages.free, 2 + 8);
}

Test(guest_pages, reserving_with_a_full_table_keeps_what_it_can)
{
	for (uint64_t i = 0; i < PAGES_RANGES_MAX; i++)
		pages_add(&pages, 100 * i + 10, 100 * i + 20);
	uint64_t all = pages.free;
	pages_reserve(&pages, 10, 12);
	cr_assert_eq(pages.free, all - 2, "reserving the start of a range keeps the rest");
	pages_reserve(&pages, 118, 120);
	cr_assert_eq(pages.free, all - 4);
	pages_reserve(&pages, 215, 216);
	cr_assert_eq(pages.free, all - 4 - 5, "a hole costs what lies above it");
	cr_assert_eq(pages.range_count, PAGES_RANGES_MAX);
}

/* ---- start ---- */

Test(guest_pages, starts_with_a_table_in_its_own_pages)
{
	bool taken[FRAMES];

	start(3, 10);
	cr_assert_eq((char *)pages.users, memory + 3 * PAGE_SIZE);
	cr_assert_eq(pages.free, 6);
	take_all(taken);
	check_taken(taken, "....######");
}

Test(guest_pages, does_not_start_without_memory)
{
	cr_assert_not(pages_start(&pages, memory));
}

Test(guest_pages, does_not_start_without_room_for_the_table)
{
	/* A page counts the users of 1024 frames: up to 2049 needs three in a row, and there are two. */
	pages_add(&pages, 5, 7);
	pages_add(&pages, 2048, 2049);
	cr_assert_not(pages_start(&pages, memory));
}

Test(guest_pages, starts_with_the_first_range_that_holds_the_table)
{
	pages_add(&pages, 5, 7);
	pages_add(&pages, 10, 14);
	pages.limit = 2049;
	cr_assert(pages_start(&pages, memory));
	cr_assert_eq((char *)pages.users, memory + 10 * PAGE_SIZE);
	cr_assert_eq(pages.free, 2 + 1);
}

/* ---- single pages ---- */

Test(guest_pages, touches_nothing_before_it_is_needed)
{
	start(1, FRAMES);
	for (size_t i = 2 * PAGE_SIZE; i < FRAMES * PAGE_SIZE; i++)
		cr_assert_eq(memory[i], (char)0xa5);
}

Test(guest_pages, runs_out_and_recovers)
{
	bool taken[FRAMES];

	start(1, FRAMES);
	cr_assert_eq(take_all(taken), FRAMES - 2);
	cr_assert_eq(pages_get(&pages), 0);
	cr_assert_eq(pages_get(&pages), 0, "there is still no page");
	cr_assert_eq(pages.free, 0);
	for (uint64_t frame = 2; frame < FRAMES; frame++)
		pages_put(&pages, frame);
	cr_assert_eq(pages.free, FRAMES - 2);
	cr_assert_eq(take_all(taken), FRAMES - 2);
}

Test(guest_pages, a_page_returned_comes_back_first)
{
	start(1, 10);
	uint64_t a = pages_get(&pages), b = pages_get(&pages);
	cr_assert_neq(a, b);
	pages_put(&pages, a);
	pages_put(&pages, b);
	cr_assert_eq(pages_get(&pages), b);
	cr_assert_eq(pages_get(&pages), a);
	cr_assert_eq(pages.free, 8 - 2);
}

Test(guest_pages, a_page_is_free_with_its_last_user)
{
	start(1, 10);
	uint64_t frame = pages_get(&pages);
	cr_assert_eq(pages.users[frame], 1);
	pages_share(&pages, frame);
	pages_share(&pages, frame);
	cr_assert_eq(pages.users[frame], 3);
	cr_assert_eq(pages.free, 7);
	pages_put(&pages, frame);
	pages_put(&pages, frame);
	cr_assert_eq(pages.users[frame], 1);
	cr_assert_eq(pages.free, 7);
	cr_assert_neq(pages_get(&pages), frame, "a page with a user left is not handed out again");
	pages_put(&pages, frame);
	cr_assert_eq(pages.free, 7);
	cr_assert_eq(pages_get(&pages), frame);
	cr_assert_eq(pages.users[frame], 1, "a page handed out again has one user");
}

Test(guest_pages, contents_stay_while_a_page_is_in_use)
{
	start(1, 10);
	uint64_t kept = pages_get(&pages), other = pages_get(&pages);
	memset(pages_address(&pages, kept), 'k', PAGE_SIZE);
	pages_share(&pages, kept);
	pages_put(&pages, other);
	pages_put(&pages, kept);
	for (size_t i = 0; i < PAGE_SIZE; i++)
		cr_assert_eq(((char *)pages_address(&pages, kept))[i], 'k');
}

Test(guest_pages, a_long_random_life_keeps_the_count)
{
	uint64_t held[FRAMES], count = 0;
	uint32_t random = 1;

	start(1, FRAMES);
	for (unsigned step = 0; step < 20000; step++) {
		random = random * 1664525 + 1013904223;
		if (random >> 31 != 0 && count > 0) {
			uint64_t n = (random >> 8) % count;
			pages_put(&pages, held[n]);
			held[n] = held[--count];
		} else {
			uint64_t frame = pages_get(&pages);
			cr_assert_eq(frame == 0, count == FRAMES - 2);
			for (uint64_t i = 0; i < count; i++)
				cr_assert_neq(held[i], frame);
			if (frame != 0)
				held[count++] = frame;
		}
		cr_assert_eq(pages.free, FRAMES - 2 - count);
	}
}

/* ---- runs ---- */

Test(guest_pages, runs_are_consecutive_and_counted)
{
	bool taken[FRAMES];

	start(1, 20);
	cr_assert_eq(pages_get_run(&pages, 5), 2);
	cr_assert_eq(pages_get_run(&pages, 1), 7);
	cr_assert_eq(pages.free, 18 - 6);
	take_all(taken);
	check_taken(taken, "........############");
}

Test(guest_pages, runs_lie_in_one_range)
{
	pages_add(&pages, 1, 4);
	pages_add(&pages, 10, 16);
	pages_add(&pages, 4, 8); /* next to the first, but a range of its own */
	cr_assert(pages_start(&pages, memory));
	cr_assert_eq(pages_get_run(&pages, 6), 10);
	cr_assert_eq(pages_get_run(&pages, 5), 0);
	cr_assert_eq(pages_get_run(&pages, 4), 4);
	cr_assert_eq(pages_get_run(&pages, 3), 0);
	cr_assert_eq(pages_get_run(&pages, 2), 2);
	cr_assert_eq(pages.free, 0);
	cr_assert_eq(pages_get(&pages), 0);
}

Test(guest_pages, no_run_is_long_enough)
{
	start(1, 20);
	cr_assert_eq(pages_get_run(&pages, 19), 0);
	cr_assert_eq(pages_get_run(&pages, UINT64_MAX), 0);
	cr_assert_eq(pages.free, 18);
	cr_assert_eq(pages_get_run(&pages, 18), 2);
}

Test(guest_pages, runs_are_of_pages_never_used)
{
	start(1, 6);
	uint64_t frame = pages_get(&pages);
	pages_put(&pages, frame);
	cr_assert_eq(pages.free, 4);
	cr_assert_eq(pages_get_run(&pages, 4), 0, "one of the four has been used");
	cr_assert_eq(pages_get_run(&pages, 3), 3);
	cr_assert_eq(pages_get(&pages), frame);
	cr_assert_eq(pages.free, 0);
}
