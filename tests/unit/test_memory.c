/* SPDX-License-Identifier: MIT */
/* Unit tests of guest RAM: sizes, the hole below 4 GiB, and the translation of guest addresses. */
#include "machine/guest_memory.h"

#include <criterion/criterion.h>
#include <string.h>

#define MIB UINT64_C(0x100000)

static struct memory memory;
static struct error error;

static void create(uint64_t size)
{
	cr_assert_eq(memory_create(&memory, size, &error), 0, "%s", error.text);
}

Test(memory, translates_all_of_ram_and_nothing_else)
{
	create(MIB);
	cr_assert_eq(memory_translate(&memory, 0, 1), memory.host);
	cr_assert_eq(memory_translate(&memory, 0x1234, 16), memory.host + 0x1234);
	cr_assert_eq(memory_translate(&memory, 0, MIB), memory.host);
	cr_assert_eq(memory_translate(&memory, MIB - 1, 1), memory.host + MIB - 1);
	cr_assert_null(memory_translate(&memory, MIB - 1, 2));
	cr_assert_null(memory_translate(&memory, MIB, 1));
	cr_assert_null(memory_translate(&memory, 0, MIB + 1));
	memory_destroy(&memory);
}

Test(memory, does_not_wrap_around)
{
	create(MIB);
	cr_assert_null(memory_translate(&memory, 1, UINT64_MAX));
	cr_assert_null(memory_translate(&memory, UINT64_MAX, 1));
	cr_assert_null(memory_translate(&memory, UINT64_MAX, 2));
	cr_assert_null(memory_translate(&memory, UINT64_MAX - 15, 32));
	cr_assert_null(memory_translate(&memory, 16, UINT64_MAX - 15));
	memory_destroy(&memory);
}

Test(memory, length_0_is_checked_as_1)
{
	create(MIB);
	cr_assert_eq(memory_translate(&memory, MIB - 1, 0), memory.host + MIB - 1);
	cr_assert_null(memory_translate(&memory, MIB, 0));
	memory_destroy(&memory);
}

Test(memory, is_zero_and_holds_what_is_written)
{
	create(MEMORY_SIZE_MIN);
	uint8_t *last = memory_translate(&memory, MEMORY_SIZE_MIN - 4, 4);
	cr_assert_eq(last[0] | last[3], 0);
	memcpy(last, "ring", 4);
	cr_assert_eq(memcmp(memory.host + MEMORY_SIZE_MIN - 4, "ring", 4), 0);
	memory_destroy(&memory);
}

Test(memory, leaves_the_hole_below_4_gib)
{
	create(MEMORY_HOLE_START + 16 * MIB);
	cr_assert_eq(memory.low.length, MEMORY_HOLE_START);
	cr_assert_eq(memory.high.base, MEMORY_HOLE_END);
	cr_assert_eq(memory.high.length, 16 * MIB);
	cr_assert_not_null(memory_translate(&memory, MEMORY_HOLE_START - 1, 1));
	cr_assert_null(memory_translate(&memory, MEMORY_HOLE_START - 1, 2), "no access spans the hole");
	cr_assert_null(memory_translate(&memory, MEMORY_HOLE_START, 1));
	cr_assert_null(memory_translate(&memory, MEMORY_HOLE_END - 1, 1));
	uint8_t *low_end = memory_translate(&memory, MEMORY_HOLE_START - 1, 1);
	uint8_t *high = memory_translate(&memory, MEMORY_HOLE_END, 16 * MIB);
	cr_assert_eq(high, low_end + 1);
	cr_assert_null(memory_translate(&memory, MEMORY_HOLE_END + 16 * MIB, 1));
	memory_destroy(&memory);
}

Test(memory, exactly_up_to_the_hole_has_no_high_part)
{
	create(MEMORY_HOLE_START);
	cr_assert_eq(memory.high.length, 0);
	cr_assert_null(memory_translate(&memory, MEMORY_HOLE_END, 1));
	memory_destroy(&memory);
}

static void refused(uint64_t size)
{
	error.text[0] = '\0';
	cr_assert_eq(memory_create(&memory, size, &error), -1, "%llu bytes", (unsigned long long)size);
	cr_assert_str_not_empty(error.text);
	cr_assert_null(strchr(error.text, '\n'));
}

Test(memory, refuses_sizes_that_cannot_be)
{
	refused(0);
	refused(MEMORY_SIZE_MIN - MEMORY_PAGE_SIZE);
	refused(MEMORY_SIZE_MIN + 1);
	refused(MEMORY_SIZE_MAX + MEMORY_PAGE_SIZE);
	refused(UINT64_MAX);
}
