/* SPDX-License-Identifier: MIT */
/* The command lines of `vmm run` and `vmm demo`: the options, what their values may be, and the words for init. Called
 * by run.c. */
#include "run/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/command_line.h"
#include "base/executable.h"
#include "formats/words.h"
#include "host/console.h"
#include "machine/guest_memory.h"
#include "ringside/device.h"
#include "ringside/option_table.h"

#define DEMO_IMAGE "guest.bin"

enum { LIMIT_SIZE = 32 }; /* characters of a size, more than any number of 64 bits has */

#define TIMEOUT_MIN 0.001 /* seconds */
#define TIMEOUT_MAX 1e9	  /* seconds, about 31 years: as nanoseconds still far from the end of 64 bits */

/* "a|b|c", the form for the table and command_line_choose(). The macro makes "|a|b|c", so the first | is skipped. */
#define CHOICE(name, word, ...) "|" word
#define TRANSITIONS_CHOICES (&TRANSITIONS(CHOICE)[1])
#define IRQCHIP_CHOICES (&IRQCHIPS(CHOICE)[1])
#define STATS_CHOICES "json"

/* Keys of the options that have no letter. */
enum {
	KEY_TRANSITIONS = 0x100,
	KEY_TIMEOUT,
	KEY_COUNT_RING0,
	KEY_IRQCHIP,
	KEY_NO_SANDBOX,
	KEY_JAIL,
	KEY_TRACE_LIMIT,
	KEY_KVM_EXITS,
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
	{"kvm-exits", KEY_KVM_EXITS, NULL, 0,
	 "Put into the trace also the exits that KVM handles by itself; needs root, and tracefs on the host", 0},
	{"transitions", KEY_TRANSITIONS, TRANSITIONS_CHOICES, 0,
	 "How the guest reports transitions: in the shared ring (default), by an exit each, or not at all", 0},
	{"stats", 's', STATS_CHOICES, OPTION_ARG_OPTIONAL, "Table of exits on stderr at the end, or the same as JSON", 0},
	{"console-limit", KEY_CONSOLE_LIMIT, "SIZE", 0,
	 "Drop what the guest prints beyond SIZE, with suffix K, M or G; the run goes on", 0},
	{"timeout", KEY_TIMEOUT, "SECONDS", 0, "Stop the guest after SECONDS, which may have a fraction", 0},
	{"count-ring0", KEY_COUNT_RING0, NULL, 0, "Count the guest's ring-0 instructions by single-stepping (slow)", 0},
	{"irqchip", KEY_IRQCHIP, IRQCHIP_CHOICES, 0,
	 "Where the interrupt controllers are: in the VMM (default), only the local APIC in the kernel, or all with the "
	 "timer there; then ticks are no exits, and the guest's waiting is not seen", 0},
	{"no-sandbox", KEY_NO_SANDBOX, NULL, 0, "Leave the VMM all system calls while the guest runs (for debugging it)", 0},
	{"jail", KEY_JAIL, NULL, 0,
	 "Besides the sandbox, give the VMM namespaces of its own and an empty root; refused where the host gives none", 0},
	{"quiet", 'q', NULL, 0, "No summary line", 0},
	COMMAND_LINE_QUESTIONS,
	{0},
};

#define TEXT_OF(token) #token
#define STATUS(name) TEXT_OF(name)

static const char documentation[] =
	"Boots IMAGE, an ELF64 kernel with a PVH note, in a virtual machine whose exits and transitions can be seen."
	"\v"
	"The name of a trace file is joined to its option: --trace=FILE, or -tFILE. --trace alone prints text.\n\n"
	"INIT-ARGs go to the guest's init: the kernel command line ends with -- and these words. As on Linux, a word "
	"with spaces stands there in double quotes. A word with a double quote needs a kernel that lists its options in a "
	"note, as ringside's does; for such a kernel wrong options are refused too.\n\n"
	"At a terminal every key is the guest's, but ^A x, which ends the run; ^A h lists the others.";

static const char demo_documentation[] =
	"Boots the demonstration, a small kernel and its programs, as `vmm run` boots any image."
	"\v"
	"INIT-ARGs go to the guest's init: a program and its arguments, or `quick` for a shorter demonstration. All options "
	"of `vmm run` are there.";

static const struct command_line_row statuses[] = {
	{"0-" STATUS(RINGSIDE_STATUS_INIT_MAX), "init's own; " STATUS(RINGSIDE_STATUS_INIT_MAX) " also for a greater one, and if a signal ended init"},
	COMMAND_LINE_STATUS_USAGE,
	{STATUS(RINGSIDE_STATUS_TRACE_LOST), "the trace or the console output is incomplete"},
	{STATUS(RINGSIDE_STATUS_CRASH), "the guest crashed"},
	{STATUS(RINGSIDE_STATUS_TIMEOUT), "the timeout passed"},
	{STATUS(RINGSIDE_STATUS_REFUSED), "the VMM or the host refused"},
	{"128+n", "signal n ended the run: 130 is ^C, or ^A x at a terminal"},
	{0},
};

static const struct command_line_row run_examples[] = {
	{"vmm run kernel.elf", "boot an image"},
	{"vmm run --trace=run.trace kernel.elf", "record every exit, for vmm trace"},
	{"vmm run --trace --timeout 2 kernel.elf", "print every exit, for two seconds"},
	{"vmm run -m 512M -a debug kernel.elf -- prog 1", "kernel options, and words for init"},
	{0},
};

static const struct command_line_row demo_examples[] = {
	{"vmm demo", "the whole demonstration"},
	{"vmm demo --trace -- quick", "its exits and transitions as text"},
	{"vmm demo --trace=run.trace -- sieve 100", "record one program"},
	{0},
};
/* clang-format on */

/* The options of the demonstration's kernel, a line each; to be freed. */
static char *describe_kernel_options(void)
{
	static const struct {
		const char *key, *takes, *what;
	} rows[] = {
#define ROW(name, key, takes, what) {key, takes, what},
		RINGSIDE_OPTIONS(ROW)
#undef ROW
	};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	fputs("\n\nOptions of its kernel, for -a; of one that is given twice, the last counts:\n\n", out);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const bool is_flag = strcmp(rows[i].takes, "flag") == 0;

		fprintf(out, "  %s%s%s\n      %s\n", rows[i].key, is_flag ? "" : "=", is_flag ? "" : rows[i].takes,
			rows[i].what);
	}
	fputc('\n', out);
	fclose(out);
	return text;
}

struct parse {
	struct run_options *options;
	FILE *command_line; /* grows into options->command_line */
	bool has_init_words;
};

/* ---- the kernel command line ---- */

/* Separates what follows from what is there already. */
static void put_space(FILE *line)
{
	if (ftell(line) > 0)
		fputc(' ', line);
}

/* Writes a word so that it is read as it is, whatever its bytes (formats/words.h). */
static void put_word(FILE *line, const char *word)
{
	const bool plain = words_form(word) == WORDS_PLAIN;

	if (!plain)
		fputc('"', line);
	for (; *word != '\0'; word++) {
		if (*word == '"')
			fputc('"', line);
		fputc(*word, line);
	}
	if (!plain)
		fputc('"', line);
}

/* Whether the kernel reads what Linux cannot is known when the image is loaded (loaders/options_check.h). */
static void add_init_word(struct parse *parse, const char *word)
{
	put_space(parse->command_line);
	if (!parse->has_init_words)
		fputs("-- ", parse->command_line);
	parse->has_init_words = true;
	put_word(parse->command_line, word);
}

static int take_image_or_init_word(void *chosen, char *word, bool after_dashes, struct error *error)
{
	struct parse *parse = chosen;

	if (after_dashes && parse->options->image != NULL) {
		add_init_word(parse, word);
		return 0;
	}
	if (parse->options->image != NULL)
		return error_set(error, "unexpected word '%s': there is one image, and words for init follow --", word);
	if (after_dashes)
		return error_set(error, "no image before -- %s: vmm run IMAGE -- %s", word, word);
	parse->options->image = word;
	return 0;
}

static int take_init_word(void *chosen, char *word, bool after_dashes, struct error *error)
{
	if (after_dashes) {
		add_init_word(chosen, word);
		return 0;
	}
	return error_set(error, "unexpected word '%s': words for init follow --, and vmm run boots other images", word);
}

/* ---- the options ---- */

static int take_memory(struct run_options *options, const char *value, struct error *error)
{
	const int status = command_line_size("-m", value, &options->memory, error);
	struct error reason;

	if (status != 0 || memory_check_size(options->memory, &reason) == 0)
		return status;
	error_set(error, "-m %s: %s", value, reason.text);
	return RINGSIDE_STATUS_REFUSED;
}

static int take_trace(struct run_options *options, const char *file, struct error *error)
{
	/* A trace file is mapped; and as text, a trace would be mixed with what the guest prints. */
	if (file != NULL && strcmp(file, "-") == 0)
		return error_set(error, "--trace=-: a trace file cannot be standard output; --trace without = prints "
					"text on stderr");
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
	if (digits >= sizeof(size))
		return error_set(error, "--trace-limit '%s': not a size such as 64M or 1G, or 1G,last", value);
	memcpy(size, value, digits);
	const int status = command_line_size("--trace-limit", size, &options->trace_limit, error);
	if (status != 0 || (options->trace_limit > 0 && options->trace_limit <= INT64_MAX))
		return status;
	error_set(error, "--trace-limit %s: no trace file can have that size", value);
	return RINGSIDE_STATUS_REFUSED;
}

static int take_choice(const char *option, const char *choices, const char *value, int *choice, struct error *error)
{
	*choice = command_line_choose(option, choices, value, error);
	return *choice < 0 ? -1 : 0;
}

static int take_option(void *chosen, int key, char *value, struct error *error)
{
	struct parse *parse = chosen;
	struct run_options *options = parse->options;
	int choice = 0, status;

	switch (key) {
	case 'm':
		return take_memory(options, value, error);
	case 'i':
		options->initrd = value;
		return 0;
	case 'a':
		put_space(parse->command_line);
		fputs(value, parse->command_line);
		return 0;
	case 't':
		return take_trace(options, value, error);
	case KEY_TRANSITIONS:
		status = take_choice("--transitions", TRANSITIONS_CHOICES, value, &choice, error);
		options->transitions = (enum transitions)choice;
		return status;
	case 's':
		options->stats = value == NULL ? STATS_TABLE : STATS_JSON;
		return value == NULL ? 0 : take_choice("--stats", STATS_CHOICES, value, &choice, error);
	case KEY_TIMEOUT:
		return command_line_number("--timeout", "seconds", value, TIMEOUT_MIN, TIMEOUT_MAX, &options->timeout,
					   error);
	case KEY_TRACE_LIMIT:
		return take_trace_limit(options, value, error);
	case KEY_CONSOLE_LIMIT:
		return command_line_size("--console-limit", value, &options->console_limit, error);
	case KEY_KVM_EXITS:
		options->kvm_exits = true;
		return 0;
	case KEY_COUNT_RING0:
		options->count_ring0 = true;
		return 0;
	case KEY_IRQCHIP:
		status = take_choice("--irqchip", IRQCHIP_CHOICES, value, &choice, error);
		options->irqchip = (enum irqchip)choice;
		return status;
	case KEY_NO_SANDBOX:
		options->no_sandbox = true;
		return 0;
	case KEY_JAIL:
		options->jail = true;
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
		return error_set(error, "no image given: vmm run IMAGE, or vmm demo for the demonstration");
	if (options->count_ring0 && options->irqchip != IRQCHIP_USER)
		return error_set(error, "--count-ring0 needs --irqchip=user: it steps over HLT itself");
	if (options->jail && options->no_sandbox)
		return error_set(error,
				 "--jail and --no-sandbox contradict each other: --jail is more than the sandbox");
	if (options->trace_limit != 0 && options->trace_file == NULL)
		return error_set(error, "--trace-limit needs --trace=FILE");
	if (options->kvm_exits && options->trace_file == NULL && !options->trace_text)
		return error_set(error, "--kvm-exits needs --trace: what it tells goes into the trace");
	return 0;
}

/* ---- the two commands ---- */

const struct command_line run_command_line = {
	.name = "vmm run",
	.options = option_table,
	.words = "IMAGE [-- INIT-ARG...]",
	.documentation = documentation,
	.statuses = statuses,
	.examples = run_examples,
	.option = take_option,
	.word = take_image_or_init_word,
	.check = check,
};

const struct command_line demo_command_line = {
	.name = "vmm demo",
	.options = option_table,
	.words = "[-- INIT-ARG...]",
	.documentation = demo_documentation,
	.describe = describe_kernel_options,
	.statuses = statuses,
	.examples = demo_examples,
	.option = take_option,
	.word = take_init_word,
	.check = check,
};

/* Parses with parse->options and parse->command_line ready. */
static int parse_line(struct parse *parse, int argc, char **argv, struct error *error)
{
	static char image[PATH_MAX];

	if (strcmp(argv[0], "demo") != 0)
		return command_line_parse(&run_command_line, argc, argv, parse, error);
	const bool found = executable_find(DEMO_IMAGE, image, error) == 0;
	struct error missing = *error;
	parse->options->image = image;
	const int status = command_line_parse(&demo_command_line, argc, argv, parse, error);
	if (status != 0 || found)
		return status;
	*error = missing;
	return RINGSIDE_STATUS_REFUSED;
}

int run_options_parse(struct run_options *options, int argc, char **argv, struct error *error)
{
	size_t length;
	struct parse parse = {.options = options};

	*options = (struct run_options){.memory = RUN_MEMORY_DEFAULT, .console_limit = CONSOLE_UNLIMITED};
	parse.command_line = open_memstream(&options->command_line, &length);
	int status = RINGSIDE_STATUS_REFUSED;
	if (parse.command_line != NULL)
		status = parse_line(&parse, argc, argv, error);
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
