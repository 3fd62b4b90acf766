/* SPDX-License-Identifier: MIT */
/* Parses command lines by argp and puts argp's refusals into words: see command_line.h. */
#include "base/command_line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/numbers.h"
#include "base/version.h"
#include "ringside/device.h"

enum { HINT_SIZE = 64 };

struct parse {
	const struct command_line *line;
	void *chosen;
	struct error *error;
	struct argp argp;
	int status; /* 0, or what command_line_parse() is to return */
	int next;   /* index of the first word that has not been taken yet */

	/* An option that can stand without a value, and the word behind it, which may have been meant as its value. */
	const struct argp_option *bare;
	int behind_bare; /* index of that word */
	const char *stray;
};

/* ---- why getopt has refused a word, which argp does not tell ---- */

/* Which long option may have been meant by a name. */
static const char *offer_option(const struct argp_option *option, const char *name, size_t length,
				char offer[NEAREST_OFFER_SIZE])
{
	struct nearest nearest = nearest_start(name, length);

	for (; option->name != NULL; option++)
		if ((option->flags & OPTION_HIDDEN) == 0)
			nearest_try(&nearest, option->name, strlen(option->name));
	return nearest_offer(&nearest, "--", offer);
}

/* "-help" is a word of letters to getopt, but its writer means --help. */
static int explain_short(const struct argp_option *options, const char *letters, struct error *error)
{
	char offer[NEAREST_OFFER_SIZE];
	const char *letter = letters;

	for (; *letter != '\0'; letter++) {
		const struct argp_option *option = options;
		while (option->name != NULL && option->key != *letter)
			option++;
		if (option->name == NULL)
			break;
		if (option->arg != NULL)
			return error_set(error, "option -%c needs a value: -%c %s", *letter, *letter, option->arg);
	}
	return error_set(error, "unknown option -%c%s", *letter,
			 offer_option(options, letters, strcspn(letters, "="), offer));
}

/* The options that a name may be short for: "--timeout, --trace or --transitions". */
static void list_options(const struct argp_option *option, const char *name, size_t length,
			 char list[COMMAND_LINE_LIST_SIZE])
{
	size_t used = 0;

	list[0] = '\0';
	for (; option->name != NULL && used < COMMAND_LINE_LIST_SIZE; option++)
		if (strncmp(option->name, name, length) == 0)
			used += (size_t)snprintf(list + used, COMMAND_LINE_LIST_SIZE - used, "%s--%s",
						 used > 0 ? ", " : "", option->name);
}

static int explain_long(const struct argp_option *options, const char *word, struct error *error)
{
	const char *name = word + strlen("--");
	size_t length = strcspn(name, "=");
	const struct argp_option *match = NULL;
	char offer[NEAREST_OFFER_SIZE], list[COMMAND_LINE_LIST_SIZE];

	/* Every name would begin as an empty one does. */
	for (const struct argp_option *option = options; length > 0 && option->name != NULL; option++) {
		if (strncmp(option->name, name, length) != 0)
			continue;
		bool exact = option->name[length] == '\0';
		if (match != NULL && !exact) {
			list_options(options, name, length, list);
			return error_set(error, "option %s is ambiguous: %s", word, list);
		}
		match = option;
		if (exact)
			break;
	}
	if (match == NULL)
		return error_set(error, "unknown option %.*s%s", (int)(strlen("--") + length), word,
				 offer_option(options, name, length, offer));
	if (name[length] == '=')
		return error_set(error, "option --%s takes no value", match->name);
	return error_set(error, "option --%s needs a value: --%s=%s", match->name, match->name, match->arg);
}

static int explain(const struct argp_option *options, const char *word, struct error *error)
{
	return strncmp(word, "--", strlen("--")) == 0 ? explain_long(options, word, error)
						      : explain_short(options, word + 1, error);
}

/* ---- argp ---- */

/* Ends the parse, since argp stops at any error number. A line about wrong usage is cut if the hint would not fit. */
static error_t stop(struct parse *parse, int status)
{
	char hint[HINT_SIZE];

	if (status < 0) {
		const struct error reason = *parse->error;
		const int length = snprintf(hint, sizeof(hint), "; see %s --help", parse->line->name);
		error_set(parse->error, "%.*s%s", (int)sizeof(reason.text) - 1 - length, reason.text, hint);
		status = RINGSIDE_STATUS_USAGE;
	}
	parse->status = status;
	return EINVAL;
}

/* Starts a paragraph behind text that may or may not end with a newline. */
static void begin_paragraph(FILE *out, char *const *text, const size_t *size)
{
	fflush(out);
	fputs(*size > 0 && (*text)[*size - 1] == '\n' ? "\n" : "\n\n", out);
}

/* The documentation of --help, with the tables that the command has. To be freed; NULL when there is no memory. */
static char *document(const struct command_line *line)
{
	char *text = NULL, *more = line->describe != NULL ? line->describe() : NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out != NULL) {
		const bool has_end = strchr(line->documentation, '\v') != NULL;

		fprintf(out, "%s%s", line->documentation, has_end ? "" : "\v");
		fputs(more != NULL ? more : "", out);
		if (has_end)
			begin_paragraph(out, &text, &size);
		fputs("Exit status:\n", out);
		for (const struct command_line_row *row = line->statuses; row->left != NULL; row++)
			fprintf(out, "  %-8s %s\n", row->left, row->right);
		fputs("\nExamples:\n", out);
		for (const struct command_line_row *row = line->examples; row->left != NULL; row++)
			fprintf(out, "  %s\n      %s\n", row->left, row->right);
		fclose(out);
	}
	free(more);
	return text;
}

/* Answers --help, --usage or --version, because argp's own answers would end the program or go on with the parse. */
static error_t answer(struct parse *parse, int key, const struct argp_state *state)
{
	unsigned what = key == KEY_USAGE ? ARGP_HELP_USAGE : ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC;
	char *documentation = key == KEY_HELP ? document(parse->line) : NULL;

	if (documentation != NULL)
		parse->argp.doc = documentation;
	if (key == KEY_VERSION)
		puts(vmm_version);
	else
		argp_help(state->root_argp, stdout, what, (char *)(uintptr_t)parse->line->name);
	free(documentation);
	parse->status = COMMAND_LINE_ANSWERED;
	if (fflush(stdout) != 0) {
		error_set(parse->error, "cannot write to standard output: %s", strerror(errno));
		parse->status = RINGSIDE_STATUS_REFUSED;
	}
	return EINVAL;
}

/*
 * Says what is wrong with `--trace run.trace guest.bin`: a value that may be left out has to be joined to its option,
 * so getopt takes run.trace for a word, and it is guest.bin that there is no use for.
 */
static int explain_stray(const struct parse *parse)
{
	const char *option = parse->bare->name;
	const char *what = strcmp(parse->bare->arg, "FILE") == 0 ? "file" : "value";

	return error_set(parse->error, "--%s takes its %s with =: --%s=%s", option, what, option, parse->stray);
}

static int take_word(struct parse *parse, char *word, const struct argp_state *state)
{
	const bool after_dashes = state->quoted > 0;
	int status = -1;

	if (*word == '\0' && !after_dashes)
		return error_set(parse->error, "an empty word: no file has the name ''");
	if (parse->bare != NULL && parse->stray == NULL && state->next - 1 == parse->behind_bare && !after_dashes)
		parse->stray = word;
	if (parse->line->word != NULL)
		status = parse->line->word(parse->chosen, word, after_dashes, parse->error);
	else
		error_set(parse->error, "unexpected word '%s'", word);
	return status < 0 && parse->bare != NULL && parse->stray != NULL && !after_dashes ? explain_stray(parse)
											  : status;
}

static int take_option(struct parse *parse, int key, char *value, const struct argp_state *state)
{
	const struct argp_option *option = parse->line->options;

	while (option->name != NULL && option->key != key)
		option++;
	if (parse->stray == NULL && value == NULL && (option->flags & OPTION_ARG_OPTIONAL) != 0) {
		parse->bare = option;
		parse->behind_bare = state->next;
	}
	if (value != NULL && *value == '\0' && (strcmp(option->arg, "FILE") == 0 || strcmp(option->arg, "DIR") == 0))
		return error_set(parse->error, "--%s=: the name is empty", option->name);
	return parse->line->option(parse->chosen, key, value, parse->error);
}

/* argp also gives KEY_HELP for an unknown option of the byte 0xff, which it takes for a mark of its own. */
static bool asks_for_help(const char *word)
{
	return strncmp(word, "--", strlen("--")) == 0 || strchr(word, '?') != NULL;
}

static error_t parse_key(int key, char *value, struct argp_state *state)
{
	struct parse *parse = state->input;
	int status = 0;

	switch (key) {
	case KEY_HELP:
		if (!asks_for_help(state->argv[parse->next]))
			return stop(parse, explain(parse->line->options, state->argv[parse->next], parse->error));
		return answer(parse, key, state);
	case KEY_USAGE:
	case KEY_VERSION:
		return answer(parse, key, state);
	case ARGP_KEY_ARG:
		status = take_word(parse, value, state);
		break;
	case ARGP_KEY_END:
		status = parse->line->check != NULL ? parse->line->check(parse->chosen, parse->error) : 0;
		break;
	case ARGP_KEY_INIT:
	case ARGP_KEY_NO_ARGS:
	case ARGP_KEY_SUCCESS:
	case ARGP_KEY_ERROR:
	case ARGP_KEY_FINI:
		return ARGP_ERR_UNKNOWN;
	default:
		status = take_option(parse, key, value, state);
	}
	if (status != 0)
		return stop(parse, status);
	parse->next = state->next;
	return 0;
}

int command_line_parse(const struct command_line *line, int argc, char **argv, void *chosen, struct error *error)
{
	struct parse parse = {
		.line = line,
		.chosen = chosen,
		.error = error,
		.argp = {.options = line->options, .parser = parse_key, .args_doc = line->words},
		.next = 1,
	};
	error_t result = argp_parse(&parse.argp, argc, argv, ARGP_IN_ORDER | ARGP_NO_ERRS | ARGP_NO_HELP | ARGP_NO_EXIT,
				    NULL, &parse);

	if (result == 0 || parse.status != 0)
		return parse.status;
	if (result == EINVAL && parse.next < argc) {
		stop(&parse, explain(line->options, argv[parse.next], error));
		return parse.status;
	}
	error_set(error, "cannot read the command line: %s", strerror(result));
	return RINGSIDE_STATUS_REFUSED;
}

/* ---- values ---- */

int command_line_count(const char *option, const char *value, uint64_t least, uint64_t most, uint64_t *count,
		       struct error *error)
{
	uint64_t number;
	const int result = parse_count(value, &number);

	if (result < 0 && errno != ERANGE)
		return error_set(error, "%s '%s': not a whole number", option, value);
	if (result == 0 && number >= least && number <= most) {
		*count = number;
		return 0;
	}
	error_set(error, "%s %s: must be from %" PRIu64 " to %" PRIu64, option, value, least, most);
	return RINGSIDE_STATUS_REFUSED;
}

int command_line_number(const char *option, const char *things, const char *value, double least, double most,
			double *number, struct error *error)
{
	if (parse_number(value, least, most, number) == 0)
		return 0;
	if (errno != ERANGE)
		return error_set(error, "%s '%s': not a number of %s", option, value, things);
	error_set(error, "%s %s: must be from %g to %.0f %s", option, value, least, most, things);
	return RINGSIDE_STATUS_REFUSED;
}

int command_line_size(const char *option, const char *value, uint64_t *bytes, struct error *error)
{
	if (parse_size(value, bytes) == 0)
		return 0;
	if (errno != ERANGE)
		return error_set(error, "%s '%s': not a size such as 64M or 1G", option, value);
	error_set(error, "%s %s: not a possible size; try 128M", option, value);
	return RINGSIDE_STATUS_REFUSED;
}

void command_line_list(const char *choices, char list[COMMAND_LINE_LIST_SIZE])
{
	size_t used = 0;

	for (; *choices != '\0' && used + sizeof(" or ") < COMMAND_LINE_LIST_SIZE; choices++) {
		if (*choices != '|')
			list[used++] = *choices;
		else
			used = (size_t)(stpcpy(list + used, strchr(choices + 1, '|') != NULL ? ", " : " or ") - list);
	}
	list[used] = '\0';
}

int command_line_choose(const char *option, const char *choices, const char *value, struct error *error)
{
	const size_t size = strlen(value);
	const char *choice = choices;
	char list[COMMAND_LINE_LIST_SIZE], offer[NEAREST_OFFER_SIZE];

	for (int index = 0;; index++) {
		const size_t length = strcspn(choice, "|");

		if (length == size && memcmp(choice, value, size) == 0)
			return index;
		if (choice[length] == '\0')
			break;
		choice += length + 1;
	}
	struct nearest nearest = nearest_start(value, size);
	nearest_try_choices(&nearest, choices);
	command_line_list(choices, list);
	return error_set(error, "%s '%s': must be %s%s", option, value, list, nearest_offer(&nearest, "", offer));
}
