/* SPDX-License-Identifier: MIT */
/*
 * `vmm trace`: reads a trace file and prints it, or adds it up. Status 0; 2 for usage; 125 when the file
 * is refused or the output cannot be written. A reader that closes the pipe early (head) is no error.
 */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/commands.h"
#include "ringside/device.h"
#include "trace/file.h"
#include "trace/stat.h"
#include "trace/text.h"
#include "util/error.h"

struct trace_options {
	const char *file;
	bool json;
	bool help;
	int next;	       /* index of the first word not dealt with yet */
	const char *complaint; /* what is wrong with that word; NULL = nothing, or getopt did not like it */
};

enum { KEY_JSON = 0x100 };

static error_t add_file(struct trace_options *options, const char *file)
{
	if (options->file != NULL) {
		options->complaint = "one FILE at a time";
		return EINVAL;
	}
	options->file = file;
	return 0;
}

static error_t apply(struct trace_options *options, int key, const char *word)
{
	switch (key) {
	case KEY_JSON:
		options->json = true;
		return 0;
	case '?':
		options->help = true;
		return ECANCELED;
	case ARGP_KEY_ARG:
		return add_file(options, word);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_key(int key, char *word, struct argp_state *state)
{
	struct trace_options *options = state->input;
	error_t result = apply(options, key, word);

	if (result == 0)
		options->next = state->next;
	return result;
}

static int complain(const char *text)
{
	fflush(stdout); /* what was read before the complaint stands before it */
	fprintf(stderr, "vmm: %s\n", text);
	return RINGSIDE_STATUS_REFUSED;
}

/* To be asked while errno is that of the output: what the failure of a write means for the status. */
static int output_failed(void)
{
	struct error error;

	if (errno == EPIPE)
		return RINGSIDE_STATUS_OK;
	error_set(&error, "cannot write to standard output: %s", strerror(errno));
	fprintf(stderr, "vmm: %s\n", error.text);
	return RINGSIDE_STATUS_REFUSED;
}

/* The end of a trace that was read to its end: says what is odd about it, and makes sure of the output. */
static int finish(const struct trace_reader *reader, const struct trace_options *options)
{
	const char *note = trace_reader_note(reader);

	if (fflush(stdout) != 0)
		return output_failed();
	if (note != NULL)
		fprintf(stderr, "vmm: %s %s\n", options->file, note);
	return RINGSIDE_STATUS_OK;
}

static int print_records(struct trace_reader *reader, struct text_printer *printer, const struct trace_options *options)
{
	struct error error;
	union record record;
	int more;

	text_header(printer);
	while ((more = trace_reader_next(reader, &record, &error)) > 0) {
		text_record(printer, &record);
		if (ferror(stdout))
			return output_failed();
	}
	text_flush(printer);
	if (ferror(stdout))
		return output_failed();
	return more < 0 ? complain(error.text) : finish(reader, options);
}

static int print(struct trace_reader *reader, const struct trace_options *options)
{
	bool terminal = isatty(STDOUT_FILENO) == 1;
	const char *no_color = getenv("NO_COLOR");
	bool colour = terminal && (no_color == NULL || no_color[0] == '\0');
	struct text_printer *printer =
		text_new(stdout, trace_reader_clock(reader), trace_reader_symbols(reader), colour);

	if (printer == NULL)
		return complain("no memory to print with");
	int status = print_records(reader, printer, options);
	text_free(printer);
	return status;
}

static int stat_file(struct trace_reader *reader, const struct trace_options *options)
{
	struct trace_stat stat;
	struct error error;
	union record record;
	int more;

	stat_init(&stat);
	while ((more = trace_reader_next(reader, &record, &error)) > 0)
		stat_record(&stat, &record);
	(options->json ? stat_print_json : stat_print)(&stat, trace_reader_clock(reader), stdout);
	return more < 0 ? complain(error.text) : finish(reader, options);
}

/* clang-format off */
#define HELP_OPTION {"help", '?', NULL, 0, "Give this help list", -1}
static const struct argp_option print_options[] = {
	HELP_OPTION,
	{0},
};
static const struct argp_option stat_options[] = {
	{"json", KEY_JSON, NULL, 0, "Print one JSON object instead of tables", 0},
	HELP_OPTION,
	{0},
};

static const struct subcommand {
	const char *name;
	int (*run)(struct trace_reader *reader, const struct trace_options *options);
	struct argp parser;
} subcommands[] = {
	{"print", print, {print_options, parse_key, "FILE",
	 "Prints a trace: one line for every VM exit and every transition.", NULL, NULL, NULL}},
	{"stat", stat_file, {stat_options, parse_key, "FILE",
	 "Counts the exits and transitions of a trace and how long they took.", NULL, NULL, NULL}},
};
/* clang-format on */

enum { SUBCOMMANDS = sizeof(subcommands) / sizeof(subcommands[0]) };

static int print_help(const struct subcommand *subcommand)
{
	char name[sizeof("vmm trace ") + 16];

	snprintf(name, sizeof(name), "vmm trace %s", subcommand->name);
	argp_help(&subcommand->parser, stdout, ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC, name);
	return RINGSIDE_STATUS_OK;
}

/* One line in place of argp's two or three. */
static int refuse(const struct subcommand *subcommand, const struct trace_options *options, const char *word)
{
	const char *why = options->complaint != NULL ? options->complaint : "unknown option";

	if (word != NULL)
		fprintf(stderr, "vmm: trace %s: %s: %s; see --help\n", subcommand->name, word, why);
	else
		fprintf(stderr, "vmm: trace %s: no FILE given; see --help\n", subcommand->name);
	return RINGSIDE_STATUS_USAGE;
}

static int run(const struct subcommand *subcommand, int argc, char **argv)
{
	struct trace_options options = {.next = 1};
	struct error error;
	error_t result = argp_parse(&subcommand->parser, argc, argv,
				    ARGP_IN_ORDER | ARGP_NO_ERRS | ARGP_NO_HELP | ARGP_NO_EXIT, NULL, &options);

	if (options.help)
		return print_help(subcommand);
	if (result != 0 || options.file == NULL)
		return refuse(subcommand, &options, result != 0 ? argv[options.next] : NULL);

	signal(SIGPIPE, SIG_IGN); /* a closed pipe is a failed write, which ends us quietly */
	struct trace_reader *reader = trace_reader_open(options.file, &error);
	if (reader == NULL)
		return complain(error.text);
	int status = subcommand->run(reader, &options);
	trace_reader_close(reader);
	return status;
}

static void print_usage(FILE *out)
{
	fputs("usage: ", out);
	for (unsigned i = 0; i < SUBCOMMANDS; i++)
		fprintf(out, "%svmm trace %s [OPTION...] %s\n", i > 0 ? "       " : "", subcommands[i].name,
			subcommands[i].parser.args_doc);
}

int cmd_trace(int argc, char **argv)
{
	for (unsigned i = 0; i < SUBCOMMANDS && argc > 1; i++)
		if (strcmp(argv[1], subcommands[i].name) == 0)
			return run(&subcommands[i], argc - 1, argv + 1);
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0)) {
		print_usage(stdout);
		return RINGSIDE_STATUS_OK;
	}
	if (argc > 1)
		fprintf(stderr, "vmm: trace has no subcommand %s\n", argv[1]);
	else
		fprintf(stderr, "vmm: trace needs a subcommand\n");
	print_usage(stderr);
	return RINGSIDE_STATUS_USAGE;
}
