/* SPDX-License-Identifier: MIT */
/*
 * The words of a kernel command line: how a line is cut into words, and how a word is written so that it is cut out
 * again as it was, whatever its bytes. The VMM writes the words for init; the guest kernel cuts the line, and the VMM
 * does too, to check it.
 *
 * Blanks separate words. A double quote begins and ends a part in which blanks are bytes like others. Within such a
 * part two double quotes stand for one. There is no other special byte: a backslash is a backslash. Linux's next_arg()
 * (lib/cmdline.c) reads all words in the same way but those that contain a double quote, for which it has no notation.
 */
#ifndef FORMATS_WORDS_H
#define FORMATS_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* The blanks of isspace(3). */
static inline bool words_blank(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/*
 * Cuts the next word off *line in place: removes its quotes, ends it with a NUL, moves *line behind the word. Returns
 * NULL at the end of the line. If the line ends in quotes, they end there, and *line becomes NULL.
 */
static inline char *words_next(char **line)
{
	char *from = *line;
	bool quoted = false;

	if (from == NULL)
		return NULL;
	while (words_blank(*from))
		from++;
	if (*from == '\0')
		return NULL;

	char *word = from, *to = from;
	for (; *from != '\0' && (quoted || !words_blank(*from)); from++) {
		if (*from != '"')
			*to++ = *from;
		else if (quoted && from[1] == '"')
			*to++ = *++from;
		else
			quoted = !quoted;
	}
	*line = quoted ? NULL : *from == '\0' ? from : from + 1;
	*to = '\0';
	return word;
}

/* If `word` is `key=value`, cuts it at the first = and returns the value; else NULL. */
static inline char *words_value(char *word)
{
	for (; *word != '\0'; word++)
		if (*word == '=') {
			*word = '\0';
			return word + 1;
		}
	return NULL;
}

/* How a word stands on the line: as it is; in quotes; in quotes, with its own doubled, which Linux does not read. */
enum words_form { WORDS_PLAIN, WORDS_QUOTED, WORDS_DOUBLED };

/* Linux counts 0xa0, the no-break space of Latin-1, as a blank; in UTF-8 that byte is a part of many characters. */
static inline enum words_form words_form(const char *word)
{
	enum words_form form = *word == '\0' ? WORDS_QUOTED : WORDS_PLAIN;

	for (; *word != '\0'; word++) {
		if (*word == '"')
			return WORDS_DOUBLED;
		if (words_blank(*word) || *word == '\xa0')
			form = WORDS_QUOTED;
	}
	return form;
}

#endif
