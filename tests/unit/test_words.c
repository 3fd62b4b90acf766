/* SPDX-License-Identifier: MIT */
/* Unit tests of the words of a kernel command line: blanks, quotes, values, and that what is written is read again. */

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "formats/words.h"
#include "run/options.h"

TestSuite(words);

/* Cuts a copy of `text` (of exactly its size, for the sanitizer) into words and compares them, joined by |. */
static void check_line(const char *text, const char *expected, bool ends_in_quotes)
{
	char *line = strdup(text), *rest = line, joined[128] = "";

	for (char *word; (word = words_next(&rest)) != NULL;) {
		cr_assert_lt(strlen(joined) + strlen(word) + 1, sizeof(joined));
		strcat(strcat(joined, word), "|");
	}
	cr_assert_str_eq(joined, expected, "\"%s\" became \"%s\"", text, joined);
	cr_assert_null(words_next(&rest), "there is no word after the last");
	cr_assert_eq(rest == NULL, ends_in_quotes, "\"%s\"", text);
	free(line);
}

static void check_words(const char *text, const char *expected)
{
	check_line(text, expected, false);
}

Test(words, words_lie_between_blanks)
{
	check_words("hz=100", "hz=100|");
	check_words("hz=100 policy=rr -- args a", "hz=100|policy=rr|--|args|a|");
	check_words(" \t\n hz=100\t \nquiet \n", "hz=100|quiet|");
	check_words("a\rb\vc\fd", "a|b|c|d|");
	check_words("\xc3\xa0 \xa0", "\xc3\xa0|\xa0|");
}

Test(words, nothing_has_no_words)
{
	check_words("", "");
	check_words(" ", "");
	check_words(" \t\n ", "");
}

Test(words, quotes_hold_blanks_and_go)
{
	check_words("-- echo \"two words\" end", "--|echo|two words|end|");
	check_words("init=\"a b\"c", "init=a bc|");
	check_words("a\" \"b\"\t\"c", "a b\tc|");
	check_words("C:\\new\\ \"C:\\two words\\\"", "C:\\new\\|C:\\two words\\|");
	check_words("\"=\"", "=|");
}

Test(words, empty_quotes_are_an_empty_word)
{
	check_words("\"\"", "|");
	check_words("a \"\" b", "a||b|");
	check_words("\"\" \"\"", "||");
	check_words("key=\"\"", "key=|");
}

Test(words, two_quotes_within_quotes_are_one)
{
	check_words("\"a\"\"b\"", "a\"b|");
	check_words("\"\"\"\" x", "\"|x|");
	check_words("\"\"\"\"\"\"", "\"\"|");
	check_words("x\"\"y", "xy|");
	check_words("say=\"\"\"hi\"\"\"", "say=\"hi\"|");
}

Test(words, an_open_quote_reaches_the_end)
{
	check_line("\"", "|", true);
	check_line("a \"b c ", "a|b c |", true);
	check_line("a\"", "a|", true);
	check_line("\"\"\" x", "\" x|", true);
	check_line("\"\"\"", "\"|", true);
}

Test(words, the_line_moves_behind_the_word)
{
	char line[] = "one two", *rest = line;

	cr_assert_eq(words_next(&rest), line);
	cr_assert_str_eq(rest, "two");
	cr_assert_eq(words_next(&rest), line + 4);
	cr_assert_eq(rest, line + 7);
	cr_assert_str_eq(line, "one", "the first word is still whole");
}

static void check_value(const char *text, const char *key, const char *value)
{
	char word[32];
	char *found;

	strcpy(word, text);
	found = words_value(word);
	cr_assert_str_eq(word, key);
	if (value == NULL)
		cr_assert_null(found);
	else
		cr_assert_str_eq(found, value);
}

Test(words, values_follow_the_first_equals_sign)
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

/* ---- writing: `vmm run` writes the words for init, and they are read again ---- */

enum { WORDS = 12, WORD_SIZE = 24, ROUNDS = 20000 };

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Any bytes but NUL; every second word is made of the bytes that mean something. */
static void make_word(char word[WORD_SIZE], uint64_t *state)
{
	static const char special[] = "\"\" \t\n\\='a-\xa0\xc3";
	const size_t size = next_random(state) % WORD_SIZE;
	const bool any = next_random(state) % 2;

	for (size_t i = 0; i < size; i++)
		word[i] = any ? (char)(next_random(state) % 255 + 1)
			      : special[next_random(state) % (sizeof(special) - 1)];
	word[size] = '\0';
}

/* Writes the words by run_options_parse(). The line is the caller's. */
static char *write_words(char words[][WORD_SIZE], size_t count)
{
	char *argv[WORDS + 6] = {"vmm", "guest.bin", "-a", "hz=0", "--"};
	struct run_options options;
	struct error error;

	for (size_t i = 0; i < count; i++)
		argv[5 + i] = words[i];
	cr_assert_eq(run_options_parse(&options, (int)(5 + count), argv, &error), 0, "%s", error.text);
	return options.command_line;
}

Test(words, any_words_are_read_as_they_were_written)
{
	char words[WORDS][WORD_SIZE];
	uint64_t state = 88172645463325252;

	for (unsigned round = 0; round < ROUNDS; round++) {
		const size_t count = 1 + next_random(&state) % WORDS;
		for (size_t i = 0; i < count; i++)
			make_word(words[i], &state);
		char *line = write_words(words, count), *rest = line;
		cr_assert_str_eq(words_next(&rest), "hz=0");
		cr_assert_str_eq(words_next(&rest), "--");
		for (size_t i = 0; i < count; i++) {
			const char *word = words_next(&rest);
			cr_assert(word != NULL && strcmp(word, words[i]) == 0, "word %zu of round %u", i, round);
		}
		cr_assert_null(words_next(&rest));
		cr_assert_not_null(rest);
		free(line);
	}
}

/*
 * next_arg() of Linux's lib/cmdline.c, shortened: cuts one argument off `args` and returns the rest. Linux calls it
 * with a line that begins with no blank.
 */
static char *linux_next_arg(char *args, char **argument)
{
	bool in_quotes = *args == '"', quoted = in_quotes;
	size_t i = 0, equals = 0;

	args += quoted;
	for (; args[i] != '\0'; i++) {
		if ((words_blank(args[i]) || args[i] == '\xa0') && !in_quotes)
			break;
		if (equals == 0 && args[i] == '=')
			equals = i;
		if (args[i] == '"')
			in_quotes = !in_quotes;
	}
	*argument = args;
	const bool more = args[i] != '\0';
	args[i] = '\0';
	if (equals != 0 && args[equals + 1] == '"') {
		memmove(args + equals + 1, args + equals + 2, strlen(args + equals + 2) + 1);
		char *last = args + strlen(args) - 1;
		if (*last == '"')
			*last = '\0';
	}
	if (quoted && i > 0 && args[i - 1] == '"')
		args[i - 1] = '\0';
	args += i + more;
	while (words_blank(*args) || *args == '\xa0')
		args++;
	return args;
}

Test(words, linux_reads_the_same_words_where_it_can)
{
	char words[WORDS][WORD_SIZE], copy[WORDS * (WORD_SIZE + 3) + 16], *argument;
	uint64_t state = 362436069;

	for (unsigned round = 0; round < ROUNDS; round++) {
		const size_t count = 1 + next_random(&state) % WORDS;
		for (size_t i = 0; i < count; i++)
			do
				make_word(words[i], &state);
			while (words_form(words[i]) == WORDS_DOUBLED);
		char *line = write_words(words, count);
		char *rest = strcpy(copy, strstr(line, "-- ") + 3);
		for (size_t i = 0; i < count; i++) {
			rest = linux_next_arg(rest, &argument);
			cr_assert_str_eq(argument, words[i]);
		}
		cr_assert_str_eq(rest, "");
		free(line);
	}
}
