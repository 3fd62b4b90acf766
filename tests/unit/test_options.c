/* SPDX-License-Identifier: MIT */
/* Unit tests of vmm/run/options.c: which command lines `vmm run` accepts and refuses, and what it passes to the guest.
 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/version.h"
#include "run/options.h"

TestSuite(options, .timeout = 30);

enum { WORDS_MAX = 24 };

static struct run_options options;
static struct error error;

/* Parses "vmm" and the given words. */
#define parse(...) parse_words((const char *[]){"vmm", __VA_ARGS__ __VA_OPT__(, ) NULL})

static int parse_words(const char **words)
{
	char *argv[WORDS_MAX];
	int argc = 0;

	for (; words[argc] != NULL; argc++)
		argv[argc] = (char *)words[argc];
	argv[argc] = NULL;
	error.text[0] = '\0';
	return run_options_parse(&options, argc, argv, &error);
}

static void assert_line(const char *expected)
{
	cr_expect(strstr(error.text, expected) != NULL, "\"%s\" is not in \"%s\"", expected, error.text);
	cr_expect(strchr(error.text, '\n') == NULL, "more than one line: \"%s\"", error.text);
}

#define assert_refused(expected_status, expected_text, ...)                                                            \
	do {                                                                                                           \
		cr_expect_eq(parse(__VA_ARGS__), expected_status);                                                     \
		assert_line(expected_text);                                                                            \
		cr_expect_null(options.command_line);                                                                  \
	} while (0)

#define assert_usage(expected_text, ...)                                                                               \
	do {                                                                                                           \
		assert_refused(2, expected_text, __VA_ARGS__);                                                         \
		assert_line("--help");                                                                                 \
	} while (0)

Test(options, a_byte_that_getopt_takes_for_a_mark_is_unknown)
{
	assert_usage("unknown option -\377", "-\377", "image");
	assert_usage("unknown option -\377", "-q\377", "image");
	assert_usage("unknown option -\377", "-q", "-m1G", "-\377");
}

Test(options, an_image_is_enough)
{
	cr_assert_eq(parse("guest.bin"), 0);
	cr_expect_str_eq(options.image, "guest.bin");
	cr_expect_null(options.initrd);
	cr_expect_str_eq(options.command_line, "");
	cr_expect_eq(options.memory, RUN_MEMORY_DEFAULT);
	cr_expect_not(options.trace_text);
	cr_expect_null(options.trace_file);
	cr_expect_eq(options.transitions, TRANSITIONS_RING);
	cr_expect_eq(options.stats, STATS_NONE);
	cr_expect_eq(options.timeout, 0);
	cr_expect_not(options.count_ring0);
	cr_expect_not(options.quiet);
	run_options_free(&options);
}

Test(options, every_long_option)
{
	cr_assert_eq(parse("--memory=1G", "--initrd=a.cpio", "--append=hz=0", "--trace=t", "--transitions=exit",
			   "--stats=json", "--timeout=2", "--count-ring0", "--quiet", "g"),
		     0);
	cr_expect_str_eq(options.image, "g");
	cr_expect_str_eq(options.initrd, "a.cpio");
	cr_expect_str_eq(options.command_line, "hz=0");
	cr_expect_eq(options.memory, UINT64_C(1) << 30);
	cr_expect_str_eq(options.trace_file, "t");
	cr_expect_not(options.trace_text);
	cr_expect_eq(options.transitions, TRANSITIONS_EXIT);
	cr_expect_eq(options.stats, STATS_JSON);
	cr_expect_eq(options.timeout, 2);
	cr_expect(options.count_ring0);
	cr_expect(options.quiet);
	run_options_free(&options);
}

Test(options, every_letter_and_options_after_the_image)
{
	cr_assert_eq(parse("g", "-m", "64M", "-i", "a.cpio", "-a", "quiet", "-t", "-s", "-q"), 0);
	cr_expect_str_eq(options.image, "g");
	cr_expect_eq(options.memory, UINT64_C(64) << 20);
	cr_expect_str_eq(options.initrd, "a.cpio");
	cr_expect_str_eq(options.command_line, "quiet");
	cr_expect(options.trace_text);
	cr_expect_eq(options.stats, STATS_TABLE);
	cr_expect(options.quiet);
	run_options_free(&options);
}

Test(options, text_and_file_traces_together)
{
	cr_assert_eq(parse("--trace", "-tfile", "g"), 0);
	cr_expect(options.trace_text);
	cr_expect_str_eq(options.trace_file, "file");
	run_options_free(&options);
}

Test(options, irqchip_by_name)
{
	static const char *const names[] = {"user", "split", "kernel"};
	static const enum irqchip values[] = {IRQCHIP_USER, IRQCHIP_SPLIT, IRQCHIP_KERNEL};

	cr_assert_eq(parse("g"), 0);
	cr_expect_eq(options.irqchip, IRQCHIP_USER);
	run_options_free(&options);
	for (unsigned i = 0; i < COUNT(names); i++) {
		cr_assert_eq(parse("g", "--irqchip", names[i]), 0);
		cr_expect_eq(options.irqchip, values[i]);
		run_options_free(&options);
	}
	assert_usage("user, split or kernel", "g", "--irqchip=pci");
	assert_usage("irqchip=user", "g", "--irqchip=split", "--count-ring0");
}

Test(options, transitions_by_name)
{
	static const char *const names[] = {"ring", "exit", "off"};
	static const enum transitions values[] = {TRANSITIONS_RING, TRANSITIONS_EXIT, TRANSITIONS_OFF};

	for (unsigned i = 0; i < COUNT(names); i++) {
		cr_assert_eq(parse("g", "--transitions", names[i]), 0);
		cr_expect_eq(options.transitions, values[i]);
		run_options_free(&options);
	}
	assert_usage("ring, exit or off", "g", "--transitions", "rings");
}

Test(options, appended_strings_are_joined_and_passed_as_they_are)
{
	cr_assert_eq(parse("-a", "a=\"b c\"", "g", "-a", "d"), 0);
	cr_expect_str_eq(options.command_line, "a=\"b c\" d");
	run_options_free(&options);
}

Test(options, init_words_follow_dashes)
{
	cr_assert_eq(parse("-a", "quiet", "g", "--", "prog", "-m", "--", "x=1"), 0);
	cr_expect_str_eq(options.command_line, "quiet -- prog -m -- x=1");
	cr_expect_eq(options.memory, RUN_MEMORY_DEFAULT);
	run_options_free(&options);

	cr_assert_eq(parse("g", "--", "prog"), 0);
	cr_expect_str_eq(options.command_line, "-- prog");
	run_options_free(&options);

	cr_assert_eq(parse("g", "--"), 0);
	cr_expect_str_eq(options.command_line, "");
	run_options_free(&options);
}

Test(options, init_words_are_quoted_as_linux_reads_them)
{
	cr_assert_eq(parse("g", "--", "two words", "", "tab\there", "it's", "back\\slash"), 0);
	cr_expect_str_eq(options.command_line, "-- \"two words\" \"\" \"tab\there\" it's back\\slash");
	run_options_free(&options);
	/* Linux takes the byte a0 for a blank, and has no notation for a quote. */
	cr_assert_eq(parse("g", "--", "\xc3\xa0", "say \"hi\"", "\""), 0);
	cr_expect_str_eq(options.command_line, "-- \"\xc3\xa0\" \"say \"\"hi\"\"\" \"\"\"\"");
	run_options_free(&options);
}

Test(options, usage_errors_name_the_word)
{
	assert_usage("no image");
	assert_usage("no image", "-q");
	assert_usage("no image before --", "--", "g");
	assert_usage("unexpected word 'h'", "g", "h");
	assert_usage("unknown option --foo;", "--foo", "g");
	assert_usage("unknown option --foo;", "g", "--foo=3");
	assert_usage("unknown option -z", "-q", "-z", "g");
	assert_usage("unknown option -z", "-qz", "g");
	assert_usage("unknown option -z", "-zq", "g");
	assert_usage("unknown option -z", "-a", "-y", "-zq", "g");
	assert_usage("option -m needs a value", "g", "-m");
	assert_usage("option --memory needs a value", "g", "--mem");
	assert_usage("option --quiet takes no value", "g", "--quiet=1");
	assert_usage("ambiguous: --trace, --trace-limit, --transitions, --timeout", "g", "--t=3");
	assert_usage("unknown option --", "g", "--=3"); /* not a list of all options */
	assert_usage("unknown option --trcae (did you mean --trace?)", "g", "--trcae");
	assert_usage("unknown option -h (did you mean --help?)", "-help");
	assert_usage("'usr': must be user, split or kernel (did you mean user?)", "g", "--irqchip=usr");
	assert_usage("see vmm run --help", "g", "--foo");
	assert_usage("--trace=: the name is empty", "g", "--trace=");
	assert_usage("--stats 'xml': must be json", "g", "--stats=xml");
	assert_usage("--jail and --no-sandbox contradict each other", "g", "--jail", "--no-sandbox");
	assert_usage("option --no-sandbox takes no value", "g", "--no-sandbox=yes");
}

Test(options, a_value_that_is_not_joined_to_its_option)
{
	assert_usage("--trace takes its file with =: --trace=run.trace", "--trace", "run.trace", "g");
	assert_usage("--trace takes its file with =: --trace=run.trace", "g", "--trace", "run.trace");
	assert_usage("--trace takes its file with =: --trace=run.trace", "-t", "run.trace", "g");
	assert_usage("--trace takes its file with =: --trace=run.trace", "-q", "--trace", "run.trace", "-m", "1G", "g");
	assert_usage("--stats takes its value with =: --stats=json", "g", "--stats", "json");
	assert_usage("unexpected word 'h'", "--trace", "-q", "g", "h");
	assert_usage("unexpected word 'h'", "--trace=t", "g", "h");
	cr_assert_eq(parse("--trace", "g", "--stats", "--", "prog"), 0);
	run_options_free(&options);
}

Test(options, a_trace_file_is_not_standard_output)
{
	assert_usage("--trace=-: a trace file cannot be standard output", "g", "--trace=-");
	cr_assert_eq(parse("g", "--trace=./-"), 0);
	run_options_free(&options);
}

Test(options, a_long_word_is_cut_and_the_hint_stays)
{
	char word[2000];

	memset(word, 'x', sizeof(word));
	memcpy(word, "--", strlen("--"));
	word[sizeof(word) - 1] = '\0';
	assert_usage("unknown option --xxx", word);
}

Test(options, memory_sizes)
{
	assert_usage("-m ''", "g", "-m", "");
	assert_usage("-m '-5x'", "g", "-m", "-5x");
	assert_refused(125, "-m -1: not a possible size", "g", "-m", "-1");
	assert_refused(125, "-m -5M: not a possible size", "g", "-m", "-5M");
	assert_usage("-m '64MB'", "g", "-m", "64MB");
	assert_usage("-m '0x100000'", "g", "-m", "0x100000");
	assert_usage("-m ' 64M'", "g", "-m", " 64M");
	assert_refused(125, "0 bytes", "g", "-m", "0");
	assert_refused(125, "not a multiple", "g", "-m", "1000001");
	assert_refused(125, "outside", "g", "-m", "4K");
	assert_refused(125, "outside", "g", "-m", "1025G");
	assert_refused(125, "not a possible size", "g", "-m", "17179869184G");
	assert_refused(125, "not a possible size", "g", "-m", "99999999999999999999");
}

Test(options, timeouts)
{
	assert_usage("--timeout ''", "g", "--timeout", "");
	assert_usage("--timeout '1s'", "g", "--timeout", "1s");
	assert_usage("--timeout ' 1'", "g", "--timeout", " 1");
	assert_refused(125, "--timeout 0:", "g", "--timeout", "0");
	assert_refused(125, "--timeout -1:", "g", "--timeout", "-1");
	assert_refused(125, "--timeout nan:", "g", "--timeout", "nan");
	assert_refused(125, "--timeout inf:", "g", "--timeout", "inf");
	assert_refused(125, "--timeout 1e-9:", "g", "--timeout", "1e-9");
	assert_refused(125, "--timeout 1e300:", "g", "--timeout", "1e300");
	cr_assert_eq(parse("g", "--timeout", "0.25"), 0);
	cr_expect_eq(options.timeout, 0.25);
	run_options_free(&options);
}

Test(options, limits)
{
	assert_usage("--trace-limit '1M,first'", "g", "--trace=t", "--trace-limit=1M,first");
	assert_usage("--trace-limit ',last'", "g", "--trace=t", "--trace-limit=,last");
	assert_refused(125, "--trace-limit 0: no trace", "g", "--trace=t", "--trace-limit=0");
	assert_refused(125, "--trace-limit 8589934592G: no trace", "g", "--trace=t", "--trace-limit=8589934592G");
	assert_usage("--trace-limit '00000000000000000000000000000000001M'", "g", "--trace=t",
		     "--trace-limit=00000000000000000000000000000000001M");
	assert_usage("--trace-limit needs --trace=FILE", "g", "--trace", "--trace-limit=1M");
	assert_usage("--kvm-exits needs --trace", "g", "--kvm-exits");
	assert_usage("--console-limit '1x'", "g", "--console-limit", "1x");
	cr_assert_eq(parse("g", "--trace=t", "--trace-limit", "3M,last", "--console-limit=0"), 0);
	cr_expect_eq(options.trace_limit, 3 << 20);
	cr_expect(options.trace_keeps_last);
	cr_expect_eq(options.console_limit, 0);
	run_options_free(&options);
	cr_assert_eq(parse("g", "--trace=t", "--trace-limit", "64K"), 0);
	cr_expect_eq(options.trace_limit, 64 << 10);
	cr_expect_not(options.trace_keeps_last);
	cr_expect_eq(options.console_limit, UINT64_MAX);
	run_options_free(&options);
}

Test(options, questions_are_answered_on_stdout)
{
	cr_redirect_stdout();
	cr_redirect_stderr();
	cr_expect_eq(parse("--version", "--foo"), -1);
	fflush(stdout);
	char line[64];
	snprintf(line, sizeof(line), "%s\n", vmm_version);
	cr_assert_stdout_eq_str(line);
	cr_assert_stderr_eq_str("");
}

static size_t read_output(char *text, size_t size)
{
	FILE *output = cr_get_redirected_stdout();
	size_t length = fread(text, 1, size - 1, output);

	text[length] = '\0';
	return length;
}

Test(options, help_names_every_option)
{
	static const char *const names[] = {"--memory", "--initrd",  "--append",      "--trace",   "--transitions",
					    "--stats",	"--timeout", "--count-ring0", "--irqchip", "--quiet",
					    "--usage",	"--version", "INIT-ARG"};
	char text[8192];

	cr_redirect_stdout();
	cr_expect_eq(parse("--help"), -1);
	fflush(stdout);
	cr_assert_gt(read_output(text, sizeof(text)), 0);
	for (unsigned i = 0; i < COUNT(names); i++)
		cr_expect(strstr(text, names[i]) != NULL, "%s is not in the help", names[i]);
}
