/* SPDX-License-Identifier: MIT */
/* Unit tests of small objects in pages: objects do not overlap, and every page is given back. */
#include "kernel/lib/objects.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES = 8 };

static struct pages pages;
static struct objects objects;
static char *memory;

static void setup(void)
{
	memory = aligned_alloc(PAGE_SIZE, PAGES * PAGE_SIZE);
	memset(memory, 0xaa, PAGES * PAGE_SIZE);
	pages = (struct pages){0};
	pages_add(&pages, 1, PAGES);
	cr_assert(pages_start(&pages, memory));
	objects = OBJECTS_INIT(objects, &pages);
}

static void teardown(void)
{
	free(memory);
}

TestSuite(objects, .init = setup, .fini = teardown);

Test(objects, are_clear_and_apart)
{
	char *taken[2 * OBJECTS_PER_PAGE];

	for (unsigned i = 0; i < 2 * OBJECTS_PER_PAGE; i++) {
		taken[i] = objects_get(&objects);
		cr_assert_not_null(taken[i]);
		for (unsigned j = 0; j < OBJECT_SIZE; j++)
			cr_assert_eq(taken[i][j], 0);
		memset(taken[i], 0xff, OBJECT_SIZE);
	}
	for (unsigned i = 0; i < 2 * OBJECTS_PER_PAGE; i++)
		for (unsigned j = 0; j < i; j++)
			cr_assert_geq(labs(taken[i] - taken[j]), OBJECT_SIZE);
}

Test(objects, all_pages_come_back)
{
	const uint64_t before = pages.free;
	void *taken[3 * OBJECTS_PER_PAGE];

	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 3 * OBJECTS_PER_PAGE; i++)
			taken[i] = objects_get(&objects);
		cr_assert_eq(pages.free, before - 3);
		for (unsigned i = 0; i < 3 * OBJECTS_PER_PAGE; i++)
			objects_put(&objects, taken[(i * 50) % (3 * OBJECTS_PER_PAGE)]);
		cr_assert_eq(pages.free, before);
	}
}

Test(objects, a_freed_place_is_used_again)
{
	void *taken[OBJECTS_PER_PAGE];

	for (unsigned i = 0; i < OBJECTS_PER_PAGE; i++)
		taken[i] = objects_get(&objects);
	objects_put(&objects, taken[17]);
	const uint64_t before = pages.free;
	cr_assert_eq(objects_get(&objects), taken[17]);
	cr_assert_eq(pages.free, before);
}

Test(objects, out_of_memory)
{
	while (pages_get(&pages) != 0)
		;
	cr_assert_null(objects_get(&objects));
}
