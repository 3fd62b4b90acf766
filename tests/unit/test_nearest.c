/* SPDX-License-Identifier: MIT */
/* Unit tests of vmm/base/nearest.c: which word is offered for a misspelt one, and when none is. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/nearest.h"

#define WORDS "run|demo|trace|bench|doctor|help"

static const char *offer(const char *word, const char *choices)
{
	static char text[NEAREST_OFFER_SIZE];
	struct nearest nearest = nearest_start(word, strlen(word));

	nearest_try_choices(&nearest, choices);
	return nearest_offer(&nearest, "--", text);
}

Test(nearest, one_or_two_mistakes)
{
	static const char *const rows[][2] = {
		{"trcae", "trace"},   {"TRACE", "trace"}, {"trac", "trace"}, {"ttrace", "trace"}, {"doctr", "doctor"},
		{"dcotro", "doctor"}, {"bnech", "bench"}, {"ru", "run"},     {"rnu", "run"},	  {"hlep", "help"},
	};

	for (unsigned i = 0; i < COUNT(rows); i++) {
		char expected[NEAREST_OFFER_SIZE];
		snprintf(expected, sizeof(expected), " (did you mean --%s?)", rows[i][1]);
		cr_expect_str_eq(offer(rows[i][0], WORDS), expected, "%s", rows[i][0]);
	}
}

Test(nearest, other_words_are_no_mistakes)
{
	static const char *const words[] = {"", "x", "guest", "kernel", "list", "transitions", "do not", "go"};

	for (unsigned i = 0; i < COUNT(words); i++)
		cr_expect_str_eq(offer(words[i], WORDS), "", "%s gives%s", words[i], offer(words[i], WORDS));
}

Test(nearest, the_beginning_of_a_word_stands_for_it)
{
	cr_expect_str_eq(offer("h", WORDS), " (did you mean --help?)");
	cr_expect_str_eq(offer("comp", "run|compare"), " (did you mean --compare?)");
}

Test(nearest, the_nearest_wins_and_of_equals_the_first)
{
	cr_expect_str_eq(offer("stap", "stat|step|stap"), " (did you mean --stap?)");
	cr_expect_str_eq(offer("stxp", "step|stop"), " (did you mean --step?)");
}

Test(nearest, long_words_are_not_compared)
{
	char word[200];

	memset(word, 'a', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	cr_expect_str_eq(offer(word, WORDS), "");
	cr_expect_str_eq(offer("trace", word), "");
}
