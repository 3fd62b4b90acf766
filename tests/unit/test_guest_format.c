/* SPDX-License-Identifier: MIT */
/* Unit tests of the kernel's formatting: conversions, flags, widths, precisions, and truncated output. */
#include "kernel/lib/format.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 64, WIDTH_MOST = 4096 };

static char line[LINE];

static size_t write_into(char *buffer, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	size_t length = format_text(buffer, size, format, arguments);
	va_end(arguments);
	return length;
}

#define check(expected, ...)                                                                                           \
	do {                                                                                                           \
		cr_assert_eq(write_into(line, sizeof(line), __VA_ARGS__), strlen(expected));                           \
		cr_assert_str_eq(line, expected);                                                                      \
	} while (0)

TestSuite(guest_format);

Test(guest_format, plain_text_is_itself)
{
	check("", "");
	check("ready\n", "ready\n");
	check("100%", "100%%");
}

Test(guest_format, text)
{
	check("[init]", "[%s]", "init");
	check("[]", "[%s]", "");
	check("[(null)]", "[%s]", (const char *)NULL);
	check("[\xff\x01%d]", "[%s]", "\xff\x01%d");
	check("[init]", "[%ls]", "init");
}

Test(guest_format, width_of_text)
{
	check("[  init]", "[%6s]", "init");
	check("[init  ]", "[%-6s]", "init");
	check("[init]", "[%2s]", "init");
	check("[init]", "[%-4s]", "init");
	check("[  init]", "[%*s]", 6, "init");
	check("[init  ]", "[%-*s]", 6, "init");
	check("[init  ]", "[%*s]", -6, "init");
	check("[  init]", "[%06s]", "init");
}

Test(guest_format, precision_of_text)
{
	check("[ini]", "[%.3s]", "init");
	check("[init]", "[%.9s]", "init");
	check("[]", "[%.0s]", "init");
	check("[]", "[%.s]", "init");
	check("[in]", "[%.*s]", 2, "init");
	check("[init]", "[%.*s]", -1, "init");
	check("[  in]", "[%4.2s]", "init");
	check("[in  ]", "[%-*.*s]", 4, 2, "init");
	check("[(nu]", "[%.3s]", (const char *)NULL);
}

Test(guest_format, precision_is_where_reading_ends)
{
	/* On the heap and without a NUL, so that the address sanitizer reports a read of one byte too many. */
	char *unterminated = malloc(3);

	memcpy(unterminated, "abc", 3);
	check("abc", "%.3s", unterminated);
	free(unterminated);
}

Test(guest_format, characters)
{
	check("[x]", "[%c]", 'x');
	check("[  x]", "[%3c]", 'x');
	check("[x  ]", "[%-3c]", 'x');
	cr_assert_eq(write_into(line, sizeof(line), "a%cb", '\0'), 3);
	cr_assert_arr_eq(line, "a\0b", 4);
}

Test(guest_format, signed_numbers)
{
	check("0 7 -7", "%d %d %d", 0, 7, -7);
	check("2147483647 -2147483648", "%d %d", INT_MAX, INT_MIN);
	check("9223372036854775807 -9223372036854775808", "%ld %ld", LONG_MAX, LONG_MIN);
	check("-1", "%d", (int)UINT_MAX);
}

Test(guest_format, unsigned_numbers)
{
	check("0 4294967295", "%u %u", 0U, UINT_MAX);
	check("18446744073709551615", "%lu", ULONG_MAX);
	check("0 deadbeef", "%x %x", 0U, 0xdeadbeefU);
	check("fedcba9876543210", "%lx", 0xfedcba9876543210UL);
	check("ffffffff", "%x", UINT_MAX);
}

Test(guest_format, width_of_numbers)
{
	check("[   42]", "[%5d]", 42);
	check("[  -42]", "[%5d]", -42);
	check("[42   ]", "[%-5d]", 42);
	check("[-42  ]", "[%-5d]", -42);
	check("[12345]", "[%3d]", 12345);
	check("[   2a]", "[%*x]", 5, 42U);
	check("[2a   ]", "[%*x]", -5, 42U);
	check("[                    -9223372036854775808]", "[%40ld]", LONG_MIN);
}

Test(guest_format, zeros_go_behind_the_sign)
{
	check("[00042]", "[%05d]", 42);
	check("[-0042]", "[%05d]", -42);
	check("[-42]", "[%03d]", -42);
	check("[000000000000002a]", "[%016lx]", 42UL);
	check("[0000000000]", "[%010u]", 0U);
	check("[42   ]", "[%-05d]", 42);
	check("[42   ]", "[%0-5d]", 42);
	check("[42   ]", "[%0*d]", -5, 42);
}

Test(guest_format, pointers)
{
	check("0x0", "%p", NULL);
	check("0xffff800000000000", "%p", (void *)0xffff800000000000);
	check("0xffffffffffffffff", "%p", (void *)UINTPTR_MAX);
	check("[  0x1f]", "[%6p]", (void *)0x1f);
	check("[0x1f  ]", "[%-6p]", (void *)0x1f);
	check("[0x001f]", "[%06p]", (void *)0x1f);
}

Test(guest_format, several_conversions_take_their_own_arguments)
{
	check("[3] sieve killed: #PF at 0x400010 (14, -2, ff)", "[%u] %s killed: #%s at 0x%lx (%d, %ld, %x)", 3U,
	      "sieve", "PF", 0x400010UL, 14, -2L, 0xffU);
	check("[  a|1  |00ff]", "[%*s|%-*d|%0*x]", 3, "a", 3, 1, 4, 0xffU);
}

Test(guest_format, incomplete_conversions_end_the_text)
{
	check("a", "a%");
	check("a", "a%-08");
	check("a", "a%l");
	check("a", "a%.");
	check("a", "a%5.3");
}

Test(guest_format, unknown_conversions_show_themselves)
{
	check("q!", "%q!");
	check("i", "%5i");
	check("%", "%5%");
}

Test(guest_format, nothing_is_written_without_room)
{
	char none = 'x';

	cr_assert_eq(write_into(&none, 0, "text"), 0);
	cr_assert_eq(none, 'x');
	cr_assert_eq(write_into(&none, 1, "text %d", 5), 0);
	cr_assert_eq(none, '\0');
}

Test(guest_format, cuts_at_every_length)
{
	static const char full[] = "[ab   |-0042|2a   |0xff|%]";

	for (size_t size = 1; size <= sizeof(full) + 2; size++) {
		char *buffer = malloc(size); /* of exactly `size` bytes, for the address sanitizer */
		size_t kept = size <= sizeof(full) ? size - 1 : sizeof(full) - 1;
		memset(buffer, 'x', size);
		cr_assert_eq(write_into(buffer, size, "[%-5s|%05d|%-5x|%p|%%]", "ab", -42, 42U, (void *)0xff), kept);
		cr_assert_arr_eq(buffer, full, kept);
		cr_assert_eq(buffer[kept], '\0');
		free(buffer);
	}
}

Test(guest_format, huge_widths_are_cut)
{
	static char wide[WIDTH_MOST + 2];

	check("                                                               ", "%2147483647d", 1);
	check("                                                               ", "%99999999999999999999s", "x");
	cr_assert_eq(write_into(wide, sizeof(wide), "%*d", INT_MAX, 1), WIDTH_MOST);
	cr_assert_eq(wide[WIDTH_MOST - 1], '1');
	cr_assert_eq(write_into(wide, sizeof(wide), "%*d", INT_MIN, 1), WIDTH_MOST);
	cr_assert_eq(wide[0], '1');
	cr_assert_eq(write_into(wide, sizeof(wide), "%99999d", 1), WIDTH_MOST);
}
