/* SPDX-License-Identifier: MIT */
/* Checks the words of a command line against the list of options in the kernel's note: see options_check.h. */
#include "loaders/options_check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/command_line.h"
#include "base/nearest.h"
#include "formats/option_value.h"
#include "formats/words.h"
#include "ringside/device.h"
#include "ringside/option_table.h"

/* Refuses a key that the list does not have: offers the one that is meant, or all. */
static int refuse_key(struct bytes list, const char *word, const char *key, struct error *error)
{
	struct nearest nearest = nearest_start(key, strlen(key));
	char offer[NEAREST_OFFER_SIZE], keys[COMMAND_LINE_LIST_SIZE], text[COMMAND_LINE_LIST_SIZE];
	struct kernel_option option;
	size_t used = 0;

	for (uint64_t at = 0; option_next(list, &at, &option);) {
		nearest_try(&nearest, option.key, strlen(option.key));
		if (used < sizeof(keys))
			used += (size_t)snprintf(keys + used, sizeof(keys) - used, "%s%s", used > 0 ? "|" : "",
						 option.key);
	}
	if (nearest.found != NULL || used == 0) {
		error_set(error, "-a '%s': the kernel has no option %s%s", word, key,
			  nearest_offer(&nearest, "", offer));
	} else {
		command_line_list(keys, text);
		error_set(error, "-a '%s': the kernel has no option %s, only %s", word, key, text);
	}
	return RINGSIDE_STATUS_USAGE;
}

/* Refuses a value that the option does not take. */
static int refuse_value(const struct kernel_option *option, const char *word, struct error *error)
{
	char list[COMMAND_LINE_LIST_SIZE];
	const char *takes = option->takes, *dots = strstr(takes, "..");

	switch (option_form(takes)) {
	case OPTION_FLAG:
		error_set(error, "-a '%s': %s takes no value", word, option->key);
		break;
	case OPTION_NUMBER:
		error_set(error, "-a '%s': %s is %.*s to %s", word, option->key, (int)(dots - takes), takes, dots + 2);
		break;
	case OPTION_CHOICE:
		command_line_list(takes, list);
		error_set(error, "-a '%s': %s is %s", word, option->key, list);
		break;
	case OPTION_TEXT:
		error_set(error, "-a '%s': it is %s=%s", word, option->key, takes);
		break;
	}
	return RINGSIDE_STATUS_USAGE;
}

static int check_option(struct bytes list, const char *word, struct error *error)
{
	const char *equals = strchrnul(word, '='), *value = *equals == '=' ? equals + 1 : NULL;
	const size_t size = (size_t)(equals - word);
	struct kernel_option option;
	uint64_t number;

	for (uint64_t at = 0; option_next(list, &at, &option);)
		if (strlen(option.key) == size && memcmp(option.key, word, size) == 0)
			return option_takes(option.takes, value, &number) ? 0 : refuse_value(&option, word, error);
	char *key = strndup(word, size);
	const int status = refuse_key(list, word, key != NULL ? key : word, error);
	free(key);
	return status;
}

/* Checks the words in front of --. */
static int check_options(struct bytes list, char *line, struct error *error)
{
	const char *word;
	int status = 0;

	while (status == 0 && (word = words_next(&line)) != NULL && strcmp(word, "--") != 0)
		status = check_option(list, word, error);
	return status;
}

/* Every double quote begins or ends quotes, or is one of two that stand for one. */
static bool ends_in_quotes(const char *line)
{
	bool quoted = false;

	for (; *line != '\0'; line++)
		quoted ^= *line == '"';
	return quoted;
}

static int check_known(struct bytes note, size_t size, char *line, struct error *error)
{
	uint32_t most;

	memcpy(&most, note.start, sizeof(most));
	if (size > most) {
		error_set(error,
			  "the kernel's command line, with the words for init, has %zu bytes, and this kernel "
			  "takes %" PRIu32,
			  size, most);
		return RINGSIDE_STATUS_USAGE;
	}
	if (ends_in_quotes(line)) {
		error_set(error, "-a: a double quote is not closed: %s", line);
		return RINGSIDE_STATUS_USAGE;
	}
	return check_options(bytes_from(note, sizeof(most)), line, error);
}

/* For a kernel that is not known to read more than Linux's notation. */
static int check_unknown(char *line, struct error *error)
{
	const char *word;

	while ((word = words_next(&line)) != NULL && strcmp(word, "--") != 0)
		;
	while ((word = words_next(&line)) != NULL)
		if (words_form(word) == WORDS_DOUBLED) {
			error_set(error, "-- '%s': a word for the init of this kernel cannot contain a double quote",
				  word);
			return RINGSIDE_STATUS_USAGE;
		}
	return 0;
}

int options_check(struct bytes note, const char *command_line, struct error *error)
{
	const bool is_known = note.size >= sizeof(uint32_t);

	/* Nothing can be wrong then. Most runs are such, and each starts as soon as it can. */
	if (*command_line == '\0' || (!is_known && strchr(command_line, '"') == NULL))
		return 0;
	char *line = strdup(command_line);
	if (line == NULL)
		return error_set(error, "cannot check the command line: %s", strerror(ENOMEM));
	const int status = is_known ? check_known(note, strlen(line), line, error) : check_unknown(line, error);
	free(line);
	return status;
}
