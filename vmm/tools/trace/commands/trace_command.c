/* SPDX-License-Identifier: MIT */
/* The command line and the endings of `vmm trace SUBCOMMAND`: see trace_command.h. */
#include "tools/trace/commands/trace_command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "ringside/device.h"
#include "tools/output/output_file.h"

struct parse {
	const struct trace_command *command;
	void *options;
	const char *file;
	bool help;
	int next;	       /* index of the first word not dealt with yet */
	const char *complaint; /* what is wrong with that word; NULL = nothing, or getopt did not like it */
};

static error_t add_file(struct parse *parse, const char *file)
{
	if (parse->file != NULL) {
		parse->complaint = "one FILE at a time";
		return EINVAL;
	}
	parse->file = file;
	return 0;
}

static error_t apply(struct parse *parse, int key, const char *word)
{
	switch (key) {
	case TRACE_KEY_HELP:
		parse->help = true;
		return ECANCELED;
	case ARGP_KEY_ARG:
		return add_file(parse, word);
	case ARGP_KEY_INIT:
	case ARGP_KEY_NO_ARGS:
	case ARGP_KEY_END:
	case ARGP_KEY_SUCCESS:
	case ARGP_KEY_ERROR:
	case ARGP_KEY_FINI:
		return ARGP_ERR_UNKNOWN;
	default:
		return parse->command->apply != NULL
			       ? parse->command->apply(parse->options, key, word, &parse->complaint)
			       : ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_key(int key, char *word, struct argp_state *state)
{
	struct parse *parse = state->input;
	error_t result = apply(parse, key, word);

	if (result == 0)
		parse->next = state->next;
	return result;
}

static int print_help(const struct argp *parser, const char *command)
{
	char name[sizeof("vmm trace ") + 16];

	snprintf(name, sizeof(name), "vmm trace %s", command);
	argp_help(parser, stdout, ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC, name);
	return RINGSIDE_STATUS_OK;
}

/* One line in place of argp's two or three. */
static int refuse(const struct parse *parse, const char *word)
{
	const char *why = parse->complaint != NULL ? parse->complaint : "unknown option";

	if (word != NULL)
		fprintf(stderr, "vmm: trace %s: %s: %s; see --help\n", parse->command->name, word, why);
	else
		fprintf(stderr, "vmm: trace %s: no FILE given; see --help\n", parse->command->name);
	return RINGSIDE_STATUS_USAGE;
}

int trace_command_parse(const struct trace_command *command, int argc, char **argv, void *options, const char **file)
{
	struct parse parse = {.command = command, .options = options, .next = 1};
	const struct argp parser = {
		command->options, parse_key, command->words, command->documentation, NULL, NULL, NULL};
	error_t result = argp_parse(&parser, argc, argv, ARGP_IN_ORDER | ARGP_NO_ERRS | ARGP_NO_HELP | ARGP_NO_EXIT,
				    NULL, &parse);

	if (parse.help)
		return print_help(&parser, command->name);
	if (result != 0 || parse.file == NULL)
		return refuse(&parse, result != 0 ? argv[parse.next] : NULL);
	*file = parse.file;
	return -1;
}

struct trace_reader *trace_command_open(const char *file)
{
	struct error error;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	struct trace_reader *reader = trace_reader_open(file, &error);
	if (reader == NULL)
		trace_command_complain(error.text);
	return reader;
}

int trace_command_complain(const char *text)
{
	fflush(stdout);
	fprintf(stderr, "vmm: %s\n", text);
	return RINGSIDE_STATUS_REFUSED;
}

int trace_command_write_failed(const char *path, int failure)
{
	bool standard = output_file_is_stdout(path);

	if (standard && failure == EPIPE)
		return RINGSIDE_STATUS_OK;
	fprintf(stderr, "vmm: cannot write %s: %s\n", standard ? "to standard output" : path, strerror(failure));
	return RINGSIDE_STATUS_REFUSED;
}

int trace_command_output_failed(void)
{
	return trace_command_write_failed(OUTPUT_FILE_STDOUT, errno);
}

int trace_command_finish(const struct trace_reader *reader, const char *file)
{
	const char *note = trace_reader_note(reader);

	if (fflush(stdout) != 0)
		return trace_command_output_failed();
	if (note != NULL)
		fprintf(stderr, "vmm: %s %s\n", file, note);
	return RINGSIDE_STATUS_OK;
}
