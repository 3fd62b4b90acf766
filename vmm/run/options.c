/* SPDX-License-Identifier: MIT */
/* The command line of `vmm run`: its options, what their values may be, and the words for init. Called by run.c. */
#include "run/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/command_line.h"
#include "base/numbers.h"
#include "host/console.h"
#include "machine/guest_memory.h"
#include "ringside/device.h"

enum { LIMIT_SIZE = 32 }; /* characters of a size, more than any number of 64 bits has */

#define TIMEOUT_MIN 0.001 /* seconds */
#define TIMEOUT_MAX 1e9	  /* seconds, about 31 years: as nanoseconds still far from the end of 64 bits */

/* "a|b|c", the form for the table and command_line_choose(). The macro makes "|a|b|c", so the first | is skipped. */
#define CHOICE(name, word, ...) "|" word
#define TRANSITIONS_CHOICES (&TRANSITIONS(CHOICE)[1])
#define IRQCHIP_CHOICES (&IRQCHIPS(CHOICE)[1])

/* Keys of the options that have no letter. */
enum {
	KEY_TRANSITIONS = 0x100,
	KEY_TIMEOUT,
	KEY_COUNT_RING0,
	KEY_IRQCHIP,
	KEY_NO_SANDBOX,
	KEY_TRACE_LIMIT,
	KEY_CONSOLE_LIMIT
};

/* clang-format off */
static const struct argp_option option_table[] = {
	{"memory", 'm', "SIZE", 0, "Guest RAM, with suffix K, M or G; 128M by default", 0},
	{"initrd", 'i', "FILE", 0, "Archive (cpio newc) of user programs; replaces the built-in one", 0},
	{"append", 'a', "STRING", 0, "Kernel command line; several are joined by spaces", 0},
	{"trace", 't', "FILE", OPTION_ARG_OPTIONAL, "Log every exit and transition to FILE; no FILE: text on stderr", 0},
	{"trace-limit", KEY_TRACE_LIMIT, "SIZE[,last]", 0,
	 "Keep the file of --trace below SIZE, with suffix K, M or G: only its first records, or with ,last only the last "
	 "ones; readers of the trace say how many are missing", 0},
	{"transitions", KEY_TRANSITIONS, TRANSITIONS_CHOICES, 0,
	 "How the guest reports transitions: in the shared ring (default), by an exit each, or not at all", 0},
	{"stats", 's', "json", OPTION_ARG_OPTIONAL, "Table of exits on stderr at the end, or the same as JSON", 0},
	{"console-limit", KEY_CONSOLE_LIMIT, "SIZE", 0,
	 "Drop what the guest prints beyond SIZE, with suffix K, M or G; the run goes on", 0},
	{"timeout", KEY_TIMEOUT, "SECONDS", 0, "Stop the guest after SECONDS, which may have a fraction", 0},
	{"count-ring0", KEY_COUNT_RING0, NULL, 0, "Count the guest's ring-0 instructions by single-stepping (slow)", 0},
	{"irqchip", KEY_IRQCHIP, IRQCHIP_CHOICES, 0,
	 "Where the interrupt controllers are: in the VMM (default), only the local APIC in the kernel, or all with the "
	 "timer there; then ticks are no exits, and the guest's waiting is not seen", 0},
	{"no-sandbox", KEY_NO_SANDBOX, NULL, 0, "Leave the VMM all system calls while the guest runs (for debugging it)", 0},
	{"quiet", 'q', NULL, 0, "No summary line", 0},
	COMMAND_LINE_QUESTIONS,
	{0},
};

#define TEXT_OF(token) #token
#define STATUS(name) TEXT_OF(name)

static const char documentation[] =
	"Boots IMAGE, an ELF64 kernel with a PVH note, in a virtual machine whose exits and transitions can be seen."
	"\v"
	"INIT-ARGs go to the guest's init: the kernel command line ends with -- and these words. As on Linux, a word "
	"with spaces stands there in double quotes, and one that contains a double quote cannot be passed.\n\n"
	"The exit status is init's own, 0 to " STATUS(RINGSIDE_STATUS_INIT_MAX) "; or\n"
	"  " STATUS(RINGSIDE_STATUS_USAGE) "    wrong usage\n"
	"  " STATUS(RINGSIDE_STATUS_TRACE_LOST) "  init's is 0, but the trace or the console output is not complete, by a failure or a limit\n"
	"  " STATUS(RINGSIDE_STATUS_CRASH) "  the guest crashed\n"
	"  " STATUS(RINGSIDE_STATUS_TIMEOUT) "  the timeout passed\n"
	"  " STATUS(RINGSIDE_STATUS_REFUSED) "  the VMM or the host refused\n";
/* clang-format on */

struct parse {
	struct run_options *options;
	FILE *command_line; /* grows into options->command_line */
	bool has_init_words;
};

/* ---- the kernel command line ---- */

static void append(struct parse *parse, const char *quote, const char *text)
{
	const char *space = ftell(parse->command_line) > 0 ? " " : "";

	fprintf(parse->command_line, "%s%s%s%s", space, quote, text, quote);
}

/* Linux's next_arg() (lib/cmdline.c) knows double quotes around a word and no escape, so a quote inside is refused. */
static int add_init_word(struct parse *parse, const char *word, struct error *error)
{
	if (strchr(word, '"') != NULL)
		return error_set(error, "%s: a word for init cannot contain a double quote", word);
	if (!parse->has_init_words)
		append(parse, "", "--");
	parse->has_init_words = true;
	append(parse, *word == '\0' || strpbrk(word, " \t\n\v\f\r") != NULL ? "\"" : "", word);
	return 0;
}

static int take_word(void *chosen, char *word, bool after_dashes, struct error *error)
{
	struct parse *parse = chosen;

	if (after_dashes && parse->options->image != NULL)
		return add_init_word(parse, word, error);
	if (parse->options->image != NULL)
		return error_set(error, "unexpected word '%s': words for init follow --", word);
	if (after_dashes)
		return error_set(error, "no image before -- %s", word);
	parse->options->image = word;
	return 0;
}

/* ---- the options ---- */

static int take_memory(struct run_options *options, const char *value, struct error *error)
{
	if (parse_size(value, &options->memory) == 0)
		return memory_check_size(options->memory, error) < 0 ? RINGSIDE_STATUS_REFUSED : 0;
	if (errno != ERANGE)
		return error_set(error, "-m '%s': not a size such as 64M or 1G", value);
	error_set(error, "-m %s: more memory than any machine has", value);
	return RINGSIDE_STATUS_REFUSED;
}

static int take_timeout(struct run_options *options, const char *value, struct error *error)
{
	if (parse_number(value, TIMEOUT_MIN, TIMEOUT_MAX, &options->timeout) == 0)
		return 0;
	if (errno != ERANGE)
		return error_set(error, "--timeout '%s': not a number of seconds", value);
	error_set(error, "--timeout %s: must be from %g to %.0f seconds", value, TIMEOUT_MIN, TIMEOUT_MAX);
	return RINGSIDE_STATUS_REFUSED;
}

static int take_trace(struct run_options *options, const char *file, struct error *error)
{
	if (file != NULL && *file == '\0')
		return error_set(error, "--trace=: the name of the file is empty");
	if (file == NULL)
		options->trace_text = true;
	else
		options->trace_file = file;
	return 0;
}

static int take_trace_limit(struct run_options *options, const char *value, struct error *error)
{
	static const char last[] = ",last";
	const size_t length = strlen(value), tail = sizeof(last) - 1;
	char size[LIMIT_SIZE] = "";

	options->trace_keeps_last = length > tail && strcmp(value + length - tail, last) == 0;
	const size_t digits = options->trace_keeps_last ? length - tail : length;
	if (digits < sizeof(size))
		memcpy(size, value, digits);
	if (parse_size(size, &options->trace_limit) == 0 && options->trace_limit > 0 &&
	    options->trace_limit <= INT64_MAX)
		return 0;
	return error_set(error, "--trace-limit '%s': not a size such as 64M or 1G, or 1G,last", value);
}

static int take_console_limit(struct run_options *options, const char *value, struct error *error)
{
	if (parse_size(value, &options->console_limit) == 0)
		return 0;
	return error_set(error, "--console-limit '%s': not a size such as 64K or 1M", value);
}

static int take_stats(struct run_options *options, const char *format, struct error *error)
{
	if (format != NULL && strcmp(format, "json") != 0)
		return error_set(error, "--stats '%s': the only other format is json", format);
	options->stats = format == NULL ? STATS_TABLE : STATS_JSON;
	return 0;
}

static int take_option(void *chosen, int key, char *value, struct error *error)
{
	struct parse *parse = chosen;
	struct run_options *options = parse->options;
	int choice;

	switch (key) {
	case 'm':
		return take_memory(options, value, error);
	case 'i':
		options->initrd = value;
		return 0;
	case 'a':
		append(parse, "", value);
		return 0;
	case 't':
		return take_trace(options, value, error);
	case KEY_TRANSITIONS:
		choice = command_line_choose("--transitions", TRANSITIONS_CHOICES, value, error);
		options->transitions = (enum transitions)choice;
		return choice < 0 ? -1 : 0;
	case 's':
		return take_stats(options, value, error);
	case KEY_TIMEOUT:
		return take_timeout(options, value, error);
	case KEY_TRACE_LIMIT:
		return take_trace_limit(options, value, error);
	case KEY_CONSOLE_LIMIT:
		return take_console_limit(options, value, error);
	case KEY_COUNT_RING0:
		options->count_ring0 = true;
		return 0;
	case KEY_IRQCHIP:
		choice = command_line_choose("--irqchip", IRQCHIP_CHOICES, value, error);
		options->irqchip = (enum irqchip)choice;
		return choice < 0 ? -1 : 0;
	case KEY_NO_SANDBOX:
		options->no_sandbox = true;
		return 0;
	default:
		options->quiet = true;
		return 0;
	}
}

static int check(void *chosen, struct error *error)
{
	const struct run_options *options = ((struct parse *)chosen)->options;

	if (options->image == NULL)
		return error_set(error, "no image given");
	if (options->count_ring0 && options->irqchip != IRQCHIP_USER)
		return error_set(error, "--count-ring0 needs --irqchip=user: it steps over HLT itself");
	if (options->trace_limit != 0 && options->trace_file == NULL)
		return error_set(error, "--trace-limit needs --trace=FILE");
	return 0;
}

int run_options_parse(struct run_options *options, int argc, char **argv, struct error *error)
{
	static const struct command_line line = {
		.name = "vmm run",
		.options = option_table,
		.words = "IMAGE [-- INIT-ARG...]",
		.documentation = documentation,
		.option = take_option,
		.word = take_word,
		.check = check,
	};
	size_t length;
	struct parse parse = {.options = options};

	*options = (struct run_options){.memory = RUN_MEMORY_DEFAULT, .console_limit = CONSOLE_UNLIMITED};
	parse.command_line = open_memstream(&options->command_line, &length);
	int status = RINGSIDE_STATUS_REFUSED;
	if (parse.command_line != NULL)
		status = command_line_parse(&line, argc, argv, &parse, error);
	if (parse.command_line == NULL || (fclose(parse.command_line) != 0 && status == 0)) {
		error_set(error, "cannot read the command line: %s", strerror(ENOMEM));
		status = RINGSIDE_STATUS_REFUSED;
	}
	if (status != 0)
		run_options_free(options);
	return status;
}

void run_options_free(struct run_options *options)
{
	free(options->command_line);
	options->command_line = NULL;
}
