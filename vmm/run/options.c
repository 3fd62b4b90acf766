/* SPDX-License-Identifier: MIT */
/* The command line of `vmm run`, parsed by argp. Called by cmd/run; prints nothing but --help and its like. */
#include "run/options.h"

#include <argp.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "ringside/device.h"
#include "run/option_values.h"

#define HINT "; see --help"

enum { USAGE = RINGSIDE_STATUS_USAGE, REFUSED = RINGSIDE_STATUS_REFUSED };

/* Keys of the options that have no letter. */
enum { KEY_TRANSITIONS = 0x100, KEY_TIMEOUT, KEY_COUNT_RING0, KEY_IRQCHIP, KEY_NO_SANDBOX, KEY_USAGE, KEY_VERSION };

/* clang-format off */
static const struct argp_option option_table[] = {
	{"memory", 'm', "SIZE", 0, "Guest RAM, with suffix K, M or G; 128M by default", 0},
	{"initrd", 'i', "FILE", 0, "Archive (cpio newc) of user programs; replaces the built-in one", 0},
	{"append", 'a', "STRING", 0, "Kernel command line; several are joined by spaces", 0},
	{"trace", 't', "FILE", OPTION_ARG_OPTIONAL, "Log every exit and transition to FILE; no FILE: text on stderr", 0},
	{"transitions", KEY_TRANSITIONS, "ring|exit|off", 0,
	 "How the guest reports transitions: in the shared ring (default), by an exit each, or not at all", 0},
	{"stats", 's', "json", OPTION_ARG_OPTIONAL, "Table of exits on stderr at the end, or the same as JSON", 0},
	{"timeout", KEY_TIMEOUT, "SECONDS", 0, "Stop the guest after SECONDS, which may have a fraction", 0},
	{"count-ring0", KEY_COUNT_RING0, NULL, 0, "Count the guest's ring-0 instructions by single-stepping (slow)", 0},
	{"irqchip", KEY_IRQCHIP, "user|split|kernel", 0,
	 "Where the interrupt controllers are: in the VMM (default), only the local APIC in the kernel, or all with the "
	 "timer there; then ticks are no exits, and the guest's waiting is not seen", 0},
	{"no-sandbox", KEY_NO_SANDBOX, NULL, 0, "Leave the VMM all system calls while the guest runs (for debugging it)", 0},
	{"quiet", 'q', NULL, 0, "No summary line", 0},
	{"help", '?', NULL, 0, "Give this help list", -1},
	{"usage", KEY_USAGE, NULL, 0, "Give a short usage message", -1},
	{"version", KEY_VERSION, NULL, 0, "Print program version", -1},
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
	"  " STATUS(RINGSIDE_STATUS_TRACE_LOST) "  the trace could not be written in full\n"
	"  " STATUS(RINGSIDE_STATUS_CRASH) "  the guest crashed\n"
	"  " STATUS(RINGSIDE_STATUS_TIMEOUT) "  the timeout passed\n"
	"  " STATUS(RINGSIDE_STATUS_REFUSED) "  the VMM or the host refused\n";
/* clang-format on */

struct parse {
	struct run_options *options;
	struct error *error;
	FILE *command_line; /* grows into options->command_line */
	bool has_init_words;
	int status; /* 0, or what run_options_parse is to return */
	int next;   /* index of the first word argp has not dealt with yet */
};

static error_t parse_key(int key, char *value, struct argp_state *state);

static const struct argp parser = {
	.options = option_table,
	.parser = parse_key,
	.args_doc = "IMAGE [-- INIT-ARG...]",
	.doc = documentation,
};

/* ---- refusals ---- */

/* Ends the parse if `status` is not 0. What is wrong in usage gets the hint, however long its line. */
static error_t conclude_word(struct parse *parse, int status)
{
	if (status == 0)
		return 0;
	if (status == USAGE) {
		const struct error reason = *parse->error;
		error_set(parse->error, "%.*s" HINT, (int)(sizeof(reason.text) - sizeof(HINT)), reason.text);
	}
	parse->status = status;
	return EINVAL;
}

/* Ends the parse: argp stops at any error number, and prints nothing because of ARGP_NO_ERRS. */
__attribute__((format(printf, 3, 4))) static error_t refuse(struct parse *parse, int status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(parse->error->text, sizeof(parse->error->text), format, arguments);
	va_end(arguments);
	return conclude_word(parse, status);
}

static error_t refuse_short(struct parse *parse, const char *letters)
{
	for (; *letters != '\0'; letters++) {
		const struct argp_option *option = option_table;
		while (option->name != NULL && option->key != *letters)
			option++;
		if (option->name == NULL)
			break;
		if (option->arg != NULL)
			return refuse(parse, USAGE, "option -%c needs a value", *letters);
	}
	return refuse(parse, USAGE, "unknown option -%c", *letters);
}

static error_t refuse_long(struct parse *parse, const char *word)
{
	const char *name = word + strlen("--");
	size_t length = strcspn(name, "=");
	const struct argp_option *match = NULL;

	for (const struct argp_option *option = option_table; option->name != NULL; option++) {
		if (strncmp(option->name, name, length) != 0)
			continue;
		bool exact = option->name[length] == '\0';
		if (match != NULL && !exact)
			return refuse(parse, USAGE, "option %s is ambiguous", word);
		match = option;
		if (exact)
			break;
	}
	if (match == NULL)
		return refuse(parse, USAGE, "unknown option %.*s", (int)(strlen("--") + length), word);
	if (name[length] == '=')
		return refuse(parse, USAGE, "option --%s takes no value", match->name);
	return refuse(parse, USAGE, "option --%s needs a value", match->name);
}

/* getopt has refused `word` without telling why. */
static error_t refuse_word(struct parse *parse, const char *word)
{
	return strncmp(word, "--", strlen("--")) == 0 ? refuse_long(parse, word) : refuse_short(parse, word + 1);
}

/* ---- the kernel command line ---- */

static void append(struct parse *parse, const char *quote, const char *text)
{
	const char *space = ftell(parse->command_line) > 0 ? " " : "";

	fprintf(parse->command_line, "%s%s%s%s", space, quote, text, quote);
}

/* Linux's next_arg() (lib/cmdline.c) knows double quotes around a word and no escape, so one inside is refused. */
static error_t add_init_word(struct parse *parse, const char *word)
{
	if (strchr(word, '"') != NULL)
		return refuse(parse, USAGE, "%s: a word for init cannot contain a double quote", word);
	if (!parse->has_init_words)
		append(parse, "", "--");
	parse->has_init_words = true;
	append(parse, *word == '\0' || strpbrk(word, " \t\n\v\f\r") != NULL ? "\"" : "", word);
	return 0;
}

static error_t add_word(struct parse *parse, const char *word, bool after_dashes)
{
	if (after_dashes && parse->options->image != NULL)
		return add_init_word(parse, word);
	if (parse->options->image != NULL)
		return refuse(parse, USAGE, "unexpected word '%s': words for init follow --", word);
	if (after_dashes)
		return refuse(parse, USAGE, "no image before -- %s", word);
	parse->options->image = word;
	return 0;
}

/* ---- argp ---- */

/* --help and the like are ours: argp's own would go on parsing, or end the program. */
static error_t answer(struct parse *parse, int key, const struct argp_state *state)
{
	unsigned what = key == KEY_USAGE ? ARGP_HELP_USAGE : ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC;

	if (key == KEY_VERSION)
		puts(VMM_VERSION);
	else
		argp_help(&parser, stdout, what, state->name);
	if (fflush(stdout) != 0)
		return refuse(parse, REFUSED, "cannot write to stdout: %s", strerror(errno));
	parse->status = -1;
	return ECANCELED;
}

static error_t apply(struct parse *parse, int key, char *value, const struct argp_state *state)
{
	switch (key) {
	case 'm':
		return conclude_word(parse, option_memory(parse->options, value, parse->error));
	case 'i':
		parse->options->initrd = value;
		return 0;
	case 'a':
		append(parse, "", value);
		return 0;
	case 't':
		return conclude_word(parse, option_trace(parse->options, value, parse->error));
	case KEY_TRANSITIONS:
		return conclude_word(parse, option_transitions(parse->options, value, parse->error));
	case 's':
		return conclude_word(parse, option_stats(parse->options, value, parse->error));
	case KEY_TIMEOUT:
		return conclude_word(parse, option_timeout(parse->options, value, parse->error));
	case KEY_COUNT_RING0:
		parse->options->count_ring0 = true;
		return 0;
	case KEY_IRQCHIP:
		return conclude_word(parse, option_irqchip(parse->options, value, parse->error));
	case KEY_NO_SANDBOX:
		parse->options->no_sandbox = true;
		return 0;
	case 'q':
		parse->options->quiet = true;
		return 0;
	case '?':
	case KEY_USAGE:
	case KEY_VERSION:
		return answer(parse, key, state);
	case ARGP_KEY_ARG:
		return add_word(parse, value, state->quoted > 0);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_key(int key, char *value, struct argp_state *state)
{
	struct parse *parse = state->input;
	error_t result = apply(parse, key, value, state);

	if (result == 0)
		parse->next = state->next;
	return result;
}

/* Turns argp's verdict into the status: argp itself knows only of words that getopt did not like. */
static void conclude(struct parse *parse, error_t result, int argc, char **argv)
{
	if (parse->status != 0)
		return;
	if (result == EINVAL && parse->next < argc)
		refuse_word(parse, argv[parse->next]);
	else if (result != 0)
		refuse(parse, REFUSED, "cannot read the command line: %s", strerror(result));
	else if (parse->options->image == NULL)
		refuse(parse, USAGE, "no image given");
	else if (parse->options->count_ring0 && parse->options->irqchip != IRQCHIP_USER)
		refuse(parse, USAGE, "--count-ring0 needs --irqchip=user: it steps over HLT itself");
}

int run_options_parse(struct run_options *options, int argc, char **argv, struct error *error)
{
	size_t length;
	struct parse parse = {.options = options, .error = error, .next = 1};

	*options = (struct run_options){.memory = RUN_MEMORY_DEFAULT};
	parse.command_line = open_memstream(&options->command_line, &length);
	if (parse.command_line == NULL) {
		error_set(error, "cannot read the command line: %s", strerror(errno));
		return REFUSED;
	}
	error_t result = argp_parse(&parser, argc, argv, ARGP_IN_ORDER | ARGP_NO_ERRS | ARGP_NO_HELP | ARGP_NO_EXIT,
				    NULL, &parse);
	if (fclose(parse.command_line) != 0 && result == 0)
		result = ENOMEM;
	conclude(&parse, result, argc, argv);
	if (parse.status != 0)
		run_options_free(options);
	return parse.status;
}

void run_options_free(struct run_options *options)
{
	free(options->command_line);
	options->command_line = NULL;
}
