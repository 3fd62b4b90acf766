/* SPDX-License-Identifier: MIT */
/* Words, values and numbers of the command line. */
#include "kernel/lib/cmdline.h"

static bool blank(char character)
{
	return character == ' ' || character == '\t' || character == '\n';
}

char *cmdline_word(char **line)
{
	char *from = *line;
	bool quoted = false;

	while (blank(*from))
		from++;
	if (*from == '\0')
		return NULL;

	char *word = from, *to = from;
	for (; *from != '\0' && (quoted || !blank(*from)); from++) {
		if (*from == '"')
			quoted = !quoted;
		else
			*to++ = *from;
	}
	*line = *from == '\0' ? from : from + 1;
	*to = '\0';
	return word;
}

char *cmdline_value(char *word)
{
	for (; *word != '\0'; word++)
		if (*word == '=') {
			*word = '\0';
			return word + 1;
		}
	return NULL;
}

bool cmdline_number(const char *text, uint64_t most, uint64_t *number)
{
	uint64_t value = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		uint64_t digit = (uint64_t)(*text - '0');
		if (value > (most - digit) / 10 || digit > most)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return true;
}
