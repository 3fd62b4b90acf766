/* SPDX-License-Identifier: MIT */
/* Unit tests of the layout of text lines and of the names in them. */
#include <criterion/criterion.h>

#include "base/layout.h"

Test(layout, cuts_what_does_not_fit)
{
	struct layout line;

	layout_start(&line, true);
	for (unsigned i = 0; i < 1000; i++) {
		layout_hex(&line, "label", UINT64_MAX);
		layout_utf8(&line, "→");
		layout_to(&line, i * 2);
		layout_colour(&line, "1");
	}
	cr_assert_eq(line.length, LAYOUT_SIZE);
}

static const char *laid_out(void (*put)(struct layout *))
{
	static struct layout line;

	layout_start(&line, false);
	put(&line);
	line.text[line.length] = '\0';
	return line.text;
}

static void put_numbers(struct layout *line)
{
	layout_decimal_to(line, 5, 0);
	layout_decimal_to(line, 10, 1234);
	layout_decimal_to(line, 12, UINT64_MAX);
	layout_fixed_to(line, 40, 5, 6);
	layout_fixed_to(line, 50, 1234567, 3);
	layout_hex(line, " ", 0);
	layout_hex(line, " ", 0xfedcba9876543210);
}

Test(layout, numbers)
{
	cr_assert_str_eq(laid_out(put_numbers),
			 "    0 1234 18446744073709551615 0.000005  1234.567 0x0 0xfedcba9876543210");
}
