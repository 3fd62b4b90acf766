/* SPDX-License-Identifier: MIT */
/* Parses lines for the shell: splits a line into pipelines, removes quotes, replaces $? by the last status. */
#include "lib/print.h"
#include "lib/shell.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

#define BLANKS " \t\r\n"
#define OPERATORS "|&;<>"

enum token {
	TOKEN_WORD,
	TOKEN_PIPE,
	TOKEN_INPUT,
	TOKEN_OUTPUT,
	TOKEN_ERROR_OUTPUT,
	TOKEN_SEPARATORS,
};

/* The separators are tokens too, behind the others. */
#define TOKEN_OF(separator) (TOKEN_SEPARATORS + (unsigned)(separator))

static const struct operator
{
	const char *text;
	unsigned token;
}
operators[] = {
	{"||", TOKEN_OF(SEPARATOR_OR)},
	{"&&", TOKEN_OF(SEPARATOR_AND)},
	{"2>", TOKEN_ERROR_OUTPUT},
	{"|", TOKEN_PIPE},
	{"&", TOKEN_OF(SEPARATOR_BACKGROUND)},
	{";", TOKEN_OF(SEPARATOR_NEXT)},
	{"<", TOKEN_INPUT},
	{">", TOKEN_OUTPUT},
};

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static unsigned wrong(const char *what)
{
	dprintf(STDERR, "sh: %s\n", what);
	return TOKEN_OF(SEPARATOR_WRONG);
}

static void keep(struct words *words, char c)
{
	if (words->used < sizeof(words->store))
		words->store[words->used++] = c;
}

static void keep_status(struct words *words)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", shell.status);
	for (const char *c = text; *c; c++)
		keep(words, *c);
}

/* Reads one character of a word, or $? if `expand`. */
static void take(struct words *words, bool expand)
{
	if (expand && words->at[0] == '$' && words->at[1] == '?') {
		keep_status(words);
		words->at += 2;
	} else {
		keep(words, *words->at++);
	}
}

static bool take_quoted(struct words *words)
{
	char quote = *words->at++;

	while (*words->at && *words->at != quote) {
		if (quote == '"' && is_one_of(words->at[0], "\\") && is_one_of(words->at[1], "\"\\$"))
			keep(words, *++words->at), words->at++;
		else
			take(words, quote == '"');
	}
	return *words->at && words->at++;
}

static unsigned take_word(struct words *words, char **word)
{
	*word = words->store + words->used;
	while (*words->at && !is_one_of(*words->at, BLANKS OPERATORS)) {
		if (is_one_of(*words->at, "'\"")) {
			if (!take_quoted(words))
				return wrong("a quote is not closed");
		} else {
			if (words->at[0] == '\\' && words->at[1])
				keep(words, *++words->at), words->at++;
			else
				take(words, true);
		}
	}
	keep(words, '\0');
	return words->used == sizeof(words->store) ? wrong("the line is too long") : TOKEN_WORD;
}

static unsigned next_token(struct words *words, char **word)
{
	while (is_one_of(*words->at, BLANKS))
		words->at++;
	if (!*words->at || *words->at == '#')
		return TOKEN_OF(SEPARATOR_END);
	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
		size_t length = strlen(operators[i].text);

		if (!strncmp(words->at, operators[i].text, length)) {
			words->at += length;
			return operators[i].token;
		}
	}
	return take_word(words, word);
}

static unsigned add_word(struct command *command, char *word)
{
	if (command->count == WORDS_MAX)
		return wrong("too many words");
	command->words[command->count++] = word;
	command->words[command->count] = NULL;
	return TOKEN_WORD;
}

static unsigned add_file(struct words *words, struct command *command, unsigned token)
{
	return next_token(words, &command->files[token - TOKEN_INPUT]) == TOKEN_WORD ? TOKEN_WORD
										     : wrong("no file after < or >");
}

/* Reads one command and returns the token that ended it. */
static unsigned read_command(struct words *words, struct command *command)
{
	char *word = NULL;

	*command = (struct command){0};
	for (;;) {
		unsigned token = next_token(words, &word);

		if (token == TOKEN_WORD)
			token = add_word(command, word);
		else if (token >= TOKEN_INPUT && token <= TOKEN_ERROR_OUTPUT)
			token = add_file(words, command, token);
		if (token != TOKEN_WORD)
			return token;
	}
}

static void keep_text(struct pipeline *pipeline, const char *from, const char *to)
{
	size_t length = (size_t)(to - from);

	while (length && is_one_of(from[length - 1], BLANKS OPERATORS))
		length--;
	if (length >= sizeof(pipeline->text))
		length = sizeof(pipeline->text) - 1;
	memcpy(pipeline->text, from, length);
	pipeline->text[length] = '\0';
}

void words_init(struct words *words, const char *line)
{
	words->at = line;
	words->used = 0;
}

enum separator words_pipeline(struct words *words, struct pipeline *pipeline)
{
	unsigned token;

	while (is_one_of(*words->at, BLANKS))
		words->at++;
	const char *start = words->at;

	pipeline->count = 0;
	do {
		if (pipeline->count == COMMANDS_MAX)
			token = wrong("too many commands in a pipeline");
		else
			token = read_command(words, &pipeline->commands[pipeline->count]);
		if (token >= TOKEN_OF(SEPARATOR_WRONG))
			return SEPARATOR_WRONG;
		bool empty = !pipeline->commands[pipeline->count].count;
		bool alone = !pipeline->count && token == TOKEN_OF(SEPARATOR_END);

		if (empty && !alone)
			return (enum separator)(wrong("a command is missing") - TOKEN_SEPARATORS);
		pipeline->count += !empty;
	} while (token == TOKEN_PIPE);
	keep_text(pipeline, start, words->at);
	return (enum separator)(token - TOKEN_SEPARATORS);
}
