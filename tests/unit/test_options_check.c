/* SPDX-License-Identifier: MIT */
/* Unit tests of which values options take (formats/option_value.h), and of what the VMM refuses by a kernel's note. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "formats/option_value.h"
#include "loaders/options_check.h"
#include "ringside/option_table.h"

TestSuite(options_check);

/* ---- values ---- */

static void takes(const char *takes, const char *value, uint64_t expected)
{
	uint64_t number = 77;

	cr_assert(option_takes(takes, value, &number), "%s takes %s", takes, value);
	cr_expect_eq(number, expected, "%s takes %s as %lu", takes, value, number);
}

static void takes_no(const char *takes, const char *value)
{
	uint64_t number;

	cr_expect_not(option_takes(takes, value, &number), "%s does not take '%s'", takes, value);
}

Test(options_check, flags)
{
	takes("flag", NULL, 0);
	takes_no("flag", "");
	takes_no("flag", "1");
}

Test(options_check, texts)
{
	takes("PROGRAM", "a b", 0);
	takes_no("PROGRAM", "");
	takes_no("PROGRAM", NULL);
}

Test(options_check, choices)
{
	takes("rr|coop|lottery", "rr", 0);
	takes("rr|coop|lottery", "coop", 1);
	takes("rr|coop|lottery", "lottery", 2);
	takes("a|ab|abc", "ab", 1);
	takes("abc|ab|a", "a", 2);
	static const char *const others[] = {"", "r", "rrr", "coop|lottery", "rr|coop", "|", "lotteryx", "RR", NULL};
	for (unsigned i = 0; i < COUNT(others); i++)
		takes_no("rr|coop|lottery", others[i]);
}

Test(options_check, numbers)
{
	takes("0..0", "0", 0);
	takes("0..10000", "0001000", 1000);
	takes("0..18446744073709551615", "18446744073709551615", UINT64_MAX);
	static const char *const others[] = {"-1",
					     "+1",
					     " 1",
					     "1 ",
					     "0x10",
					     "1k",
					     "1.0",
					     "abc",
					     "1:2",
					     "1/2",
					     "",
					     "\xb2",
					     "1\n",
					     "-",
					     "1,",
					     "0..1",
					     "10001",
					     NULL,
					     "18446744073709551616",
					     "99999999999999999999",
					     "340282366920938463463374607431768211456"};
	for (unsigned i = 0; i < COUNT(others); i++)
		takes_no("0..10000", others[i]);
}

Test(options_check, numbers_up_to_every_limit)
{
	for (uint64_t first = 0; first < 12; first++)
		for (uint64_t last = first; last < 130; last += 7)
			for (uint64_t number = 0; number < 150; number++) {
				char range[16], text[8];
				snprintf(range, sizeof(range), "%lu..%lu", first, last);
				snprintf(text, sizeof(text), "%lu", number);
				if (number >= first && number <= last)
					takes(range, text, number);
				else
					takes_no(range, text);
			}
}

Test(options_check, every_row_of_the_table_is_of_a_form)
{
	uint64_t number;

#define CHECK(name, key, row_takes, what)                                                                              \
	cr_expect_eq(strcspn(key, "= \t\"|"), strlen(key));                                                            \
	cr_expect_eq(option_form(row_takes) == OPTION_CHOICE, strchr(row_takes, '|') != NULL, "%s", key);              \
	cr_expect_eq(option_form(row_takes) == OPTION_FLAG, option_takes(row_takes, NULL, &number));
	RINGSIDE_OPTIONS(CHECK)
}

/* ---- the note ---- */

#define NOTE                                                                                                           \
	"\x28\0\0\0"                                                                                                   \
	"hz\0000..100\0Ticks\0"                                                                                        \
	"sched\0rr|coop\0Policy\0"                                                                                     \
	"init\0PROGRAM\0First\0"                                                                                       \
	"quiet\0flag\0Silence"

static const struct bytes note = {(const uint8_t *)NOTE, sizeof(NOTE)};
static struct error error;

static void accepts(const char *line)
{
	error.text[0] = '\0';
	cr_expect_eq(options_check(note, line, &error), 0, "%s: %s", line, error.text);
}

static void refuses(const char *line, const char *expected)
{
	cr_assert_eq(options_check(note, line, &error), 2, "%s", line);
	cr_expect_str_eq(error.text, expected);
}

Test(options_check, what_the_list_has)
{
	accepts("");
	accepts(" hz=0  sched=coop\tquiet ");
	accepts("init=\"a b\" hz=100 hz=0 quiet quiet");
	accepts("-- shced=rr \"a\"\"b\"");
	accepts("hz=1 -- ");
}

Test(options_check, what_the_list_has_not)
{
	refuses("shced=rr", "-a 'shced=rr': the kernel has no option shced (did you mean sched?)");
	refuses("quiet hzz=1", "-a 'hzz=1': the kernel has no option hzz (did you mean hz?)");
	refuses("console=ttyS0", "-a 'console=ttyS0': the kernel has no option console, only hz, sched, init or quiet");
	refuses("=", "-a '=': the kernel has no option , only hz, sched, init or quiet");
	refuses("HZ=1", "-a 'HZ=1': the kernel has no option HZ (did you mean hz?)");
}

Test(options_check, values_that_it_does_not_take)
{
	refuses("hz=101", "-a 'hz=101': hz is 0 to 100");
	refuses("hz=1 hz", "-a 'hz': hz is 0 to 100");
	refuses("sched=cfs", "-a 'sched=cfs': sched is rr or coop");
	refuses("init=", "-a 'init=': it is init=PROGRAM");
	refuses("quiet=1", "-a 'quiet=1': quiet takes no value");
	refuses("quiet=", "-a 'quiet=': quiet takes no value");
}

Test(options_check, lines_that_it_cannot_read)
{
	refuses("init=\"a -- b", "-a: a double quote is not closed: init=\"a -- b");
	accepts("-- 67890123456789012345678901234567890 ");
	refuses("-- 678901234567890123456789012345678901234",
		"the kernel's command line, with the words for init, has 42 bytes, and this kernel takes 40");
}

/* The list is what an image says, so it may be anything; an option that is not whole does not count. */
Test(options_check, notes_that_are_damaged)
{
	for (size_t size = 0; size <= note.size; size++) {
		uint8_t *copy = malloc(size > 0 ? size : 1);
		memcpy(copy, NOTE, size);
		const int status = options_check((struct bytes){copy, size}, "quiet", &error);
		cr_expect_eq(status, size < 4 || size == note.size ? 0 : 2, "%zu bytes", size);
		free(copy);
	}
}

Test(options_check, kernels_without_a_note)
{
	static const struct bytes none = {NULL, 0};

	cr_expect_eq(options_check(none, "what=ever \"a b\" x=\"y -- z\"", &error), 0);
	cr_expect_eq(options_check(none, "a -- b \"c d\" \"\" \"\"", &error), 0);
	cr_assert_eq(options_check(none, "-- b \"c\"\"d\"", &error), 2);
	cr_expect_str_eq(error.text, "-- 'c\"d': a word for the init of this kernel cannot contain a double quote");
}
