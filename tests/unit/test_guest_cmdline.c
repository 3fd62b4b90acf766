/* SPDX-License-Identifier: MIT */
/* Unit tests of the kernel command line: words, quotes, values and numbers. */
#include "base/array.h"
#include "kernel/lib/cmdline.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(guest_cmdline);

/* Cuts a copy of `text` (of exactly its size, for the sanitizer) into words and compares them, joined by |. */
static void check_words(const char *text, const char *expected)
{
	char *line = strdup(text), *rest = line, joined[128] = "";

	for (char *word; (word = cmdline_word(&rest)) != NULL;) {
		cr_assert_lt(strlen(joined) + strlen(word) + 1, sizeof(joined));
		strcat(strcat(joined, word), "|");
	}
	cr_assert_str_eq(joined, expected, "\"%s\" became \"%s\"", text, joined);
	cr_assert_null(cmdline_word(&rest), "there is no word after the last");
	free(line);
}

Test(guest_cmdline, words_lie_between_blanks)
{
	check_words("hz=100", "hz=100|");
	check_words("hz=100 policy=rr -- args a", "hz=100|policy=rr|--|args|a|");
	check_words(" \t\n hz=100\t \nquiet \n", "hz=100|quiet|");
	check_words("a\rb\vc\fd", "a\rb\vc\fd|");
}

Test(guest_cmdline, nothing_has_no_words)
{
	check_words("", "");
	check_words(" ", "");
	check_words(" \t\n ", "");
}

Test(guest_cmdline, quotes_hold_blanks_and_go)
{
	check_words("-- echo \"two words\" end", "--|echo|two words|end|");
	check_words("init=\"a b\"c", "init=a bc|");
	check_words("a\" \"b\"\t\"c", "a b\tc|");
	check_words("\"a\"\"b\"", "ab|");
	check_words("\"=\"", "=|");
}

Test(guest_cmdline, empty_quotes_are_an_empty_word)
{
	check_words("\"\"", "|");
	check_words("a \"\" b", "a||b|");
	check_words("\"\" \"\"", "||");
	check_words("key=\"\"", "key=|");
}

Test(guest_cmdline, an_open_quote_reaches_the_end)
{
	check_words("\"", "|");
	check_words("a \"b c ", "a|b c |");
	check_words("a\"", "a|");
	check_words("\"\"\" x", " x|");
}

Test(guest_cmdline, the_line_moves_behind_the_word)
{
	char line[] = "one two", *rest = line;

	cr_assert_eq(cmdline_word(&rest), line);
	cr_assert_str_eq(rest, "two");
	cr_assert_eq(cmdline_word(&rest), line + 4);
	cr_assert_eq(rest, line + 7);
	cr_assert_str_eq(line, "one", "the first word is still whole");
}

static void check_value(const char *text, const char *key, const char *value)
{
	char word[32];
	char *found;

	strcpy(word, text);
	found = cmdline_value(word);
	cr_assert_str_eq(word, key);
	if (value == NULL)
		cr_assert_null(found);
	else
		cr_assert_str_eq(found, value);
}

Test(guest_cmdline, values_follow_the_first_equals_sign)
{
	check_value("hz=100", "hz", "100");
	check_value("a=b=c", "a", "b=c");
	check_value("key=", "key", "");
	check_value("=value", "", "value");
	check_value("=", "", "");
	check_value("==", "", "=");
	check_value("quiet", "quiet", NULL);
	check_value("", "", NULL);
}

enum { UNTOUCHED = 77 };

static void check_number(const char *text, uint64_t most, uint64_t expected)
{
	uint64_t number = UNTOUCHED;

	cr_assert(cmdline_number(text, most, &number), "%s of at most %lu", text, most);
	cr_assert_eq(number, expected);
}

static void check_no_number(const char *text, uint64_t most)
{
	uint64_t number = UNTOUCHED;

	cr_assert_not(cmdline_number(text, most, &number), "%s of at most %lu", text, most);
	cr_assert_eq(number, UNTOUCHED);
}

Test(guest_cmdline, numbers)
{
	check_number("0", 0, 0);
	check_number("0", UINT64_MAX, 0);
	check_number("0001000", 1000, 1000);
	check_number("18446744073709551615", UINT64_MAX, UINT64_MAX);
	check_number("18446744073709551614", UINT64_MAX - 1, UINT64_MAX - 1);
}

Test(guest_cmdline, numbers_up_to_every_limit)
{
	for (uint64_t most = 0; most < 130; most++)
		for (uint64_t number = 0; number < 150; number++) {
			char text[8];
			snprintf(text, sizeof(text), "%lu", number);
			if (number <= most)
				check_number(text, most, number);
			else
				check_no_number(text, most);
		}
}

Test(guest_cmdline, numbers_that_are_too_large)
{
	check_no_number("18446744073709551616", UINT64_MAX);
	check_no_number("18446744073709551620", UINT64_MAX);
	check_no_number("99999999999999999999", UINT64_MAX);
	check_no_number("184467440737095516150", UINT64_MAX);
	check_no_number("340282366920938463463374607431768211456", UINT64_MAX);
	check_no_number("18446744073709551616", 5);
	check_no_number("9223372036854775808", INT64_MAX);
}

Test(guest_cmdline, what_is_no_number)
{
	static const char *const texts[] = {"",	   "-1",  "+1",	 " 1", "1 ",   "0x10", "1k", "1.0",
					    "abc", "1:2", "1/2", "\"", "\xb2", "1\n",  "-",  "1,000"};

	for (unsigned i = 0; i < COUNT(texts); i++)
		check_no_number(texts[i], UINT64_MAX);
}
