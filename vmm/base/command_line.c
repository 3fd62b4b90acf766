/* SPDX-License-Identifier: MIT */
/* Parses command lines by argp and puts argp's refusals into words: see command_line.h. */
#include "base/command_line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "ringside/device.h"

#define HINT "; see --help"

enum { CHOICES_SIZE = 128 };

struct parse {
	const struct command_line *line;
	void *chosen;
	struct error *error;
	int status; /* 0, or what command_line_parse() is to return */
	int next;   /* index of the first word that has not been taken yet */
};

/* ---- why getopt has refused a word, which argp does not tell ---- */

static int explain_short(const struct argp_option *options, const char *letters, struct error *error)
{
	for (; *letters != '\0'; letters++) {
		const struct argp_option *option = options;
		while (option->name != NULL && option->key != *letters)
			option++;
		if (option->name == NULL)
			break;
		if (option->arg != NULL)
			return error_set(error, "option -%c needs a value", *letters);
	}
	return error_set(error, "unknown option -%c", *letters);
}

static int explain_long(const struct argp_option *options, const char *word, struct error *error)
{
	const char *name = word + strlen("--");
	size_t length = strcspn(name, "=");
	const struct argp_option *match = NULL;

	for (const struct argp_option *option = options; option->name != NULL; option++) {
		if (strncmp(option->name, name, length) != 0)
			continue;
		bool exact = option->name[length] == '\0';
		if (match != NULL && !exact)
			return error_set(error, "option %s is ambiguous", word);
		match = option;
		if (exact)
			break;
	}
	if (match == NULL)
		return error_set(error, "unknown option %.*s", (int)(strlen("--") + length), word);
	return error_set(error, "option --%s %s", match->name,
			 name[length] == '=' ? "takes no value" : "needs a value");
}

static int explain(const struct argp_option *options, const char *word, struct error *error)
{
	return strncmp(word, "--", strlen("--")) == 0 ? explain_long(options, word, error)
						      : explain_short(options, word + 1, error);
}

/* ---- argp ---- */

/* Ends the parse, since argp stops at any error number. A line about wrong usage is cut if HINT would not fit. */
static error_t stop(struct parse *parse, int status)
{
	if (status < 0) {
		const struct error reason = *parse->error;
		error_set(parse->error, "%.*s" HINT, (int)(sizeof(reason.text) - sizeof(HINT)), reason.text);
		status = RINGSIDE_STATUS_USAGE;
	}
	parse->status = status;
	return EINVAL;
}

/* Answers --help, --usage or --version, because argp's own answers would end the program or go on with the parse. */
static error_t answer(struct parse *parse, int key, const struct argp_state *state)
{
	unsigned what = key == KEY_USAGE ? ARGP_HELP_USAGE : ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC;

	if (key == KEY_VERSION)
		puts(vmm_version);
	else
		argp_help(state->root_argp, stdout, what, (char *)(uintptr_t)parse->line->name);
	parse->status = COMMAND_LINE_ANSWERED;
	if (fflush(stdout) != 0) {
		error_set(parse->error, "cannot write to standard output: %s", strerror(errno));
		parse->status = RINGSIDE_STATUS_REFUSED;
	}
	return EINVAL;
}

static int take_word(const struct parse *parse, char *word, bool after_dashes)
{
	if (parse->line->word == NULL)
		return error_set(parse->error, "unexpected word '%s'", word);
	return parse->line->word(parse->chosen, word, after_dashes, parse->error);
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
		status = take_word(parse, value, state->quoted > 0);
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
		status = parse->line->option(parse->chosen, key, value, parse->error);
	}
	if (status != 0)
		return stop(parse, status);
	parse->next = state->next;
	return 0;
}

int command_line_parse(const struct command_line *line, int argc, char **argv, void *chosen, struct error *error)
{
	const struct argp parser = {
		.options = line->options,
		.parser = parse_key,
		.args_doc = line->words,
		.doc = line->documentation,
	};
	struct parse parse = {.line = line, .chosen = chosen, .error = error, .next = 1};
	error_t result = argp_parse(&parser, argc, argv, ARGP_IN_ORDER | ARGP_NO_ERRS | ARGP_NO_HELP | ARGP_NO_EXIT,
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

/* "a, b or c" for "a|b|c". */
static void list_choices(const char *choices, char list[CHOICES_SIZE])
{
	size_t used = 0;

	for (; *choices != '\0' && used + sizeof(" or ") < CHOICES_SIZE; choices++) {
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
	char list[CHOICES_SIZE];

	for (int index = 0;; index++) {
		const size_t length = strcspn(choice, "|");

		if (length == size && memcmp(choice, value, size) == 0)
			return index;
		if (choice[length] == '\0')
			break;
		choice += length + 1;
	}
	list_choices(choices, list);
	return error_set(error, "%s '%s': must be %s", option, value, list);
}
