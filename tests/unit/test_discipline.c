/* SPDX-License-Identifier: MIT */
/* Unit tests of the line discipline: lines and their editing, echo, signals, raw mode, a full buffer. */
#include "kernel/lib/discipline.h"

#include <criterion/criterion.h>
#include <string.h>

static struct discipline tty;
static char echoed[65536];
static size_t echoed_length;

static void on_echo(const char *bytes, size_t size)
{
	memcpy(echoed + echoed_length, bytes, size);
	echoed_length += size;
	echoed[echoed_length] = '\0';
}

static void setup(void)
{
	discipline_init(&tty, on_echo);
}

TestSuite(discipline, .init = setup);

static void type(const char *text)
{
	for (; *text != '\0'; text++)
		cr_assert_eq(discipline_receive(&tty, (uint8_t)*text), WISH_NOTHING);
}

/* Returns what a read of `size` bytes gives; "[nothing]": the read would wait. */
static const char *get(size_t size)
{
	static char bytes[8192];

	if (!discipline_readable(&tty))
		return "[nothing]";
	bytes[discipline_read(&tty, bytes, size)] = '\0';
	return bytes;
}

static void set(uint32_t off, uint32_t on)
{
	struct terminal_settings settings = tty.settings;

	settings.local = (settings.local & ~off) | on;
	discipline_set(&tty, &settings);
}

Test(discipline, whole_lines)
{
	type("one");
	cr_assert_str_eq(get(100), "[nothing]");
	type("\ntwo\nthr");
	cr_assert_str_eq(get(100), "one\n");
	cr_assert_str_eq(get(2), "tw");
	cr_assert_str_eq(get(100), "o\n");
	cr_assert_str_eq(get(100), "[nothing]");
	cr_assert_str_eq(echoed, "one\ntwo\nthr");
}

Test(discipline, carriage_return_is_a_newline)
{
	type("x\r");
	cr_assert_str_eq(get(100), "x\n");
	cr_assert_str_eq(echoed, "x\n");
	tty.settings.input |= INPUT_IGNORE_CR;
	type("y\r\n");
	cr_assert_str_eq(get(100), "y\n");
	tty.settings.input = INPUT_NL_TO_CR;
	type("z\n");
	cr_assert_str_eq(get(100), "[nothing]");
}

Test(discipline, erasing)
{
	type("ab\x7f\x08xc\x7fy\n");
	cr_assert_str_eq(get(100), "xy\n");
	cr_assert_str_eq(echoed, "ab\b \b\b \bxc\b \by\n");
	type("\x7fq\n");
	cr_assert_str_eq(get(100), "q\n");
	type("line\n\x7f\x15now\n");
	cr_assert_str_eq(get(100), "line\n", "a complete line cannot be edited");
	cr_assert_str_eq(get(100), "now\n");
}

Test(discipline, erasing_takes_whole_characters)
{
	type("a\xc3\xa4\x7f\x01\x7f"
	     "b\n");
	cr_assert_str_eq(get(100), "ab\n");
	cr_assert_str_eq(echoed, "a\xc3\xa4\b \b^A\b \b\b \bb\n");
}

Test(discipline, killing_lines_and_words)
{
	type("some words\x15"
	     "one two  \x17three\n");
	cr_assert_str_eq(get(100), "one three\n");
}

Test(discipline, end_of_file)
{
	type("\x04");
	cr_assert_str_eq(get(100), "", "VEOF alone ends the input");
	cr_assert_str_eq(get(100), "[nothing]");
	type("abc\x04");
	cr_assert_str_eq(get(3), "abc", "VEOF after bytes only makes them readable");
	cr_assert_str_eq(get(100), "[nothing]");
	type("de\x04\x04");
	cr_assert_str_eq(get(100), "de");
	cr_assert_str_eq(get(100), "");
	cr_assert_str_eq(echoed, "abcde");
}

Test(discipline, no_more_input)
{
	type("half a li");
	discipline_finish(&tty);
	cr_assert_str_eq(get(100), "half a li");
	cr_assert_str_eq(get(100), "[nothing]");
}

Test(discipline, signals)
{
	type("gone\nfor good");
	cr_assert_eq(discipline_receive(&tty, 3), WISH_INTERRUPT);
	cr_assert_str_eq(get(100), "[nothing]");
	cr_assert_str_eq(echoed, "gone\nfor good^C");
	cr_assert_eq(discipline_receive(&tty, 28), WISH_QUIT);
	set(0, LOCAL_NO_FLUSH);
	type("kept\n");
	cr_assert_eq(discipline_receive(&tty, 3), WISH_INTERRUPT);
	cr_assert_str_eq(get(100), "kept\n");
	tty.settings.characters[CC_INTERRUPT] = 0;
	type("\x03\n");
	cr_assert_str_eq(get(100), "\x03\n");
	cr_assert_eq(discipline_receive(&tty, 0), WISH_NOTHING, "control character 0 is disabled");
	set(LOCAL_SIGNALS, 0);
	type("\x1c\n");
}

Test(discipline, raw)
{
	set(LOCAL_CANONICAL | LOCAL_ECHO | LOCAL_SIGNALS, 0);
	cr_assert_str_eq(get(100), "[nothing]");
	type("a\x7f\x04\x03");
	cr_assert_eq(discipline_count(&tty), 4);
	cr_assert_str_eq(get(2), "a\x7f");
	cr_assert_str_eq(get(100), "\x04\x03");
	cr_assert_str_eq(echoed, "");
	tty.settings.characters[CC_MIN] = 0;
	cr_assert_str_eq(get(100), "", "MIN 0 does not wait");
}

Test(discipline, a_change_of_mode_keeps_what_was_typed)
{
	type("half\x04"
	     "line");
	set(LOCAL_CANONICAL, 0);
	cr_assert_str_eq(get(100), "halfline");
	type("raw");
	set(0, LOCAL_CANONICAL);
	cr_assert_str_eq(get(100), "raw");
}

Test(discipline, echo_of_newline_alone)
{
	set(LOCAL_ECHO, LOCAL_ECHO_NL);
	type("secret\n");
	cr_assert_str_eq(echoed, "\n");
}

Test(discipline, a_line_too_long_is_cut_and_can_be_ended)
{
	for (int i = 0; i < DISCIPLINE_SIZE + 100; i++) {
		cr_assert(discipline_has_room(&tty), "a full buffer with nothing to read must accept more");
		type("x");
	}
	type("\n");
	cr_assert_not(discipline_has_room(&tty));
	cr_assert_eq(strlen(get(8000)), DISCIPLINE_SIZE);
	cr_assert(discipline_has_room(&tty));
}

Test(discipline, many_lines_wait_at_their_source)
{
	unsigned lines = 0;

	for (; discipline_has_room(&tty); lines++)
		type("1234567\n");
	for (; lines > 0; lines--)
		cr_assert_str_eq(get(100), "1234567\n");
}

Test(discipline, raw_overflow_loses_the_newest)
{
	set(LOCAL_CANONICAL, 0);
	for (int i = 0; i < DISCIPLINE_SIZE; i++)
		type("x");
	cr_assert_not(discipline_has_room(&tty));
	type("y");
	cr_assert_eq(strlen(get(8000)), DISCIPLINE_SIZE);
}
