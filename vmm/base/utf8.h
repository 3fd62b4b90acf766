/* SPDX-License-Identifier: MIT */
/*
 * Where characters begin in UTF-8 (RFC 3629), for code that aligns columns or cuts text. Every character that ringside
 * prints is one column wide.
 */
#ifndef VMM_BASE_UTF8_H
#define VMM_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a byte is not the first byte of its character. Such a byte takes no column. */
static inline bool utf8_continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* How many columns `length` bytes of text take. */
static inline unsigned utf8_columns(const char *text, size_t length)
{
	unsigned columns = 0;

	for (size_t i = 0; i < length; i++)
		columns += !utf8_continues(text[i]);
	return columns;
}

/*
 * How many of the `length` bytes of `text` go on a line of `width` columns: up to a space where there is one, else up
 * to the last character that fits, and at least one character.
 */
static inline size_t utf8_line(const char *text, size_t length, unsigned width)
{
	size_t at = 0, space = 0;

	for (unsigned columns = 0; at < length; at++) {
		if (!utf8_continues(text[at]) && columns++ == (width > 0 ? width : 1))
			return space > 0 && text[at] != ' ' ? space : at;
		if (text[at] == ' ')
			space = at;
	}
	return at;
}

#endif
