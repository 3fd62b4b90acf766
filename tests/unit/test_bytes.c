/* SPDX-License-Identifier: MIT */
/* Ranges of bytes: no part reaches out of its whole, whatever a file says. */
#include <criterion/criterion.h>

#include "formats/bytes.h"

static const uint8_t array[8] = {0x00, 0x1f, 'a', 'b', '\0', 'c', 0xa0, 0xff};
static const struct bytes whole = {array, sizeof(array)};

static void check_part(uint64_t offset, uint64_t size, bool there)
{
	struct bytes part = bytes_part(whole, offset, size);

	cr_assert_eq(part.start, there ? array + offset : NULL);
	cr_assert_eq(part.size, there ? size : 0);
	cr_assert_eq(bytes_at(whole, offset, size), part.start);
}

Test(bytes, parts)
{
	check_part(0, 0, true);
	check_part(0, 8, true);
	check_part(3, 5, true);
	check_part(8, 0, true);
	check_part(0, 9, false);
	check_part(3, 6, false);
	check_part(8, 1, false);
	check_part(9, 0, false);
	check_part(1, UINT64_MAX, false);
	check_part(UINT64_MAX, 0, false);
	check_part(UINT64_MAX, 1, false);
	check_part(UINT64_MAX - 3, 8, false);
	check_part(4, UINT64_MAX - 3, false);
}

Test(bytes, nothing_has_no_parts)
{
	cr_assert_null(bytes_part((struct bytes){NULL, 0}, 0, 0).start);
	cr_assert_null(bytes_part(bytes_part(whole, 9, 0), 0, 0).start);
	cr_assert_null(bytes_from((struct bytes){NULL, 0}, 0).start);
	cr_assert_not(bytes_equal((struct bytes){NULL, 0}, "", 0));
}

Test(bytes, from_an_offset_to_the_end)
{
	cr_assert_eq(bytes_from(whole, 3).start, array + 3);
	cr_assert_eq(bytes_from(whole, 3).size, 5);
	cr_assert_eq(bytes_from(whole, 8).size, 0);
	cr_assert_not_null(bytes_from(whole, 8).start);
	cr_assert_null(bytes_from(whole, 9).start);
	cr_assert_null(bytes_from(whole, UINT64_MAX).start);
}

Test(bytes, comparison_is_of_content_and_size)
{
	cr_assert(bytes_equal(bytes_part(whole, 2, 3), "ab", 3));
	cr_assert_not(bytes_equal(bytes_part(whole, 2, 3), "ab", 2));
	cr_assert_not(bytes_equal(bytes_part(whole, 2, 2), "ac", 2));
}

Test(bytes, strings_end_in_the_range)
{
	cr_assert_str_eq(bytes_string(bytes_from(whole, 2)), "ab");
	cr_assert_str_eq(bytes_string(bytes_part(whole, 4, 1)), "");
	cr_assert_null(bytes_string(bytes_part(whole, 2, 2)));
	cr_assert_null(bytes_string(bytes_part(whole, 8, 0)));
}

Test(bytes, hexadecimal)
{
	char text[2 * sizeof(array) + 1];

	bytes_hexadecimal(whole, text);
	cr_assert_str_eq(text, "001f61620063a0ff");
	bytes_hexadecimal((struct bytes){NULL, 0}, text);
	cr_assert_str_eq(text, "");
}
