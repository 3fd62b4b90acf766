/* SPDX-License-Identifier: MIT */
/* Unit tests of the layout of text lines and of the names in them. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/glyphs.h"
#include "base/layout.h"
#include "base/utf8.h"

Test(layout, cuts_what_does_not_fit)
{
	struct layout line;

	layout_start(&line, (struct tty_style){.colour = true});
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

	layout_start(&line, TTY_FILE);
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

/* ---- characters beyond ASCII ---- */

static const char *fitted(const char *text, unsigned width, struct tty_style style)
{
	static struct layout line;

	layout_start(&line, style);
	layout_colour(&line, "31");
	layout_utf8(&line, text);
	layout_colour(&line, LAYOUT_PLAIN);
	layout_fit(&line, width);
	line.text[line.length] = '\0';
	return line.text;
}

static const struct tty_style utf8, ascii = {.ascii = true}, coloured = {.colour = true};

Test(layout, ascii_has_twins)
{
	cr_expect_str_eq(fitted("0→3 ✓ 4 µs …", 0, ascii), "0->3 + 4 us ...");
	cr_expect_str_eq(fitted("0→3 ✓ 4 µs …", 0, utf8), "0→3 ✓ 4 µs …");
	cr_expect_str_eq(fitted("\u20ac \xff\xfe \x80", 0, ascii), "? ?? ?", "what has no twin, and what is no UTF-8");
}

Test(layout, every_glyph_has_one_column_and_an_ascii_twin)
{
#define CHECK(character, twin)                                                                                         \
	cr_expect_eq(utf8_columns(character, strlen(character)), 1, "%s", character);                                  \
	cr_expect_str_eq(fitted(character, 0, ascii), twin);                                                           \
	cr_expect_eq(strspn(twin, "->xu|+.:=*#@"), strlen(twin), "%s", twin);
	GLYPHS(CHECK)
#undef CHECK
}

Test(layout, levels_have_twins_that_differ)
{
	static const char *const levels[] = {GLYPH_LEVELS};
	char scale[sizeof(levels) / sizeof(*levels) + 1] = "";

	for (unsigned i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		strcat(scale, fitted(levels[i], 0, ascii));
	cr_expect_str_eq(scale, ".:-=+*#@");
}

Test(layout, fits_by_columns_not_by_bytes)
{
	cr_expect_str_eq(fitted("→→→→", 4, utf8), "→→→→");
	cr_expect_str_eq(fitted("→→→→→", 4, utf8), "→→→…");
	cr_expect_str_eq(fitted("→→", 4, ascii), "->->");
	cr_expect_str_eq(fitted("→→→→→", 6, ascii), "->-...");
	cr_expect_str_eq(fitted("abcdef", 4, coloured), "\x1b[31mabc…\x1b[0m", "the colour ends");
	cr_expect_str_eq(fitted("abcd", 4, coloured), "\x1b[31mabcd\x1b[0m", "a colour takes no column");
	cr_expect_str_eq(fitted("abcdef", 0, utf8), "abcdef", "off a terminal nothing is cut");
}

Test(layout, words_wrap_at_spaces)
{
	cr_expect_eq(utf8_line("one two", 7, 7), 7);
	cr_expect_eq(utf8_line("one two", 7, 6), 3);
	cr_expect_eq(utf8_line("one two", 7, 3), 3);
	cr_expect_eq(utf8_line("onetwo", 6, 3), 3, "a word that is too long is cut");
	cr_expect_eq(utf8_line("→→→", 9, 2), 6);
	cr_expect_eq(utf8_line("→→→", 9, 0), 3, "there is always progress");
}
