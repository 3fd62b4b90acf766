/* SPDX-License-Identifier: MIT */
/*
 * Whether an option of the kernel command line takes a value: the grammar of `takes` in ringside/option_table.h. The
 * VMM reads it from the image's note, the guest kernel from its own table, so both refuse the same values.
 */
#ifndef FORMATS_OPTION_VALUE_H
#define FORMATS_OPTION_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/bytes.h"

/* The forms of `takes`. */
enum option_form { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_CHOICE };

static inline bool option_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static inline enum option_form option_form(const char *takes)
{
	if (__builtin_strcmp(takes, "flag") == 0)
		return OPTION_FLAG;
	if (*takes >= 'A' && *takes <= 'Z')
		return OPTION_TEXT;
	for (const char *at = takes; *at != '\0'; at++)
		if (at[0] == '.' && at[1] == '.')
			return OPTION_NUMBER;
	return OPTION_CHOICE;
}

/* Reads the digits at *text and moves *text behind them. False: there is none, or the number exceeds 64 bits. */
static inline bool option_read_number(const char **text, uint64_t *number)
{
	const char *at = *text;
	uint64_t value = 0;

	if (!option_digit(*at))
		return false;
	for (; option_digit(*at); at++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*at - '0'), &value))
			return false;
	*text = at;
	*number = value;
	return true;
}

/* Whether `value` is a decimal number within `range`, which is "FIRST..LAST". */
static inline bool option_number(const char *range, const char *value, uint64_t *number)
{
	uint64_t first, last;

	if (!option_read_number(&range, &first) || range[0] != '.' || range[1] != '.')
		return false;
	range += 2;
	return option_read_number(&range, &last) && *range == '\0' && option_read_number(&value, number) &&
	       *value == '\0' && *number >= first && *number <= last;
}

/* Whether `value` is one of `choices`, which is "a|b|c"; *index becomes its place, from 0 on. */
static inline bool option_choice(const char *choices, const char *value, uint64_t *index)
{
	for (*index = 0; *choices != '\0'; ++*index) {
		const char *at = value;

		while (*at != '\0' && *at == *choices && *at != '|')
			at++, choices++;
		if (*at == '\0' && (*choices == '\0' || *choices == '|'))
			return true;
		while (*choices != '\0' && *choices++ != '|')
			;
	}
	return false;
}

/*
 * Whether an option takes `value`; NULL: the key stands alone, without a =. *number becomes the number, or the place of
 * the choice, or 0.
 */
static inline bool option_takes(const char *takes, const char *value, uint64_t *number)
{
	const enum option_form form = option_form(takes);

	*number = 0;
	if (value == NULL || form == OPTION_FLAG)
		return value == NULL && form == OPTION_FLAG;
	switch (form) {
	case OPTION_NUMBER:
		return option_number(takes, value, number);
	case OPTION_CHOICE:
		return option_choice(takes, value, number);
	default:
		return *value != '\0';
	}
}

/* One option of a note's list (ringside/option_table.h). */
struct kernel_option {
	const char *key, *takes, *what;
};

/* Reads the option at *position of the list and moves *position behind it. False: there is no whole one any more. */
static inline bool option_next(struct bytes list, uint64_t *position, struct kernel_option *option)
{
	const char **const strings[] = {&option->key, &option->takes, &option->what};

	for (unsigned i = 0; i < 3; i++) {
		*strings[i] = bytes_string(bytes_from(list, *position));
		if (*strings[i] == NULL)
			return false;
		*position += __builtin_strlen(*strings[i]) + 1;
	}
	return true;
}

#endif
