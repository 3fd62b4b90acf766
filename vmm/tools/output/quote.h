/* SPDX-License-Identifier: MIT */
/*
 * Puts text in double quotes, and an `escape` before each double quote and each `escape` of the text. The escape '"'
 * makes a field of CSV (RFC 4180); '\\' makes a string of C, or of JSON if the text has no control characters. Called
 * by everything that writes CSV, and by the exporters.
 *
 * A spreadsheet takes a field that begins with = + - or @ for a formula, quoted or not, and a guest chooses the names
 * of its programs and symbols. Such a field gets an apostrophe before it, which makes it text.
 */
#ifndef VMM_TOOLS_OUTPUT_QUOTE_H
#define VMM_TOOLS_OUTPUT_QUOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Whether the text would be a formula as a field of CSV. */
static inline bool quote_is_formula(char first, char escape)
{
	return escape == '"' && (first == '=' || first == '+' || first == '-' || first == '@');
}

/* Writes to memory, 2 * length + 2 bytes at most and no NUL. Returns where the text ends. */
static inline char *quote(char *at, const char *text, size_t length, char escape)
{
	*at++ = '"';
	if (length > 0 && quote_is_formula(text[0], escape))
		*at++ = '\'';
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"' || text[i] == escape)
			*at++ = escape;
		*at++ = text[i];
	}
	*at++ = '"';
	return at;
}

/* Writes to a stream, with which errors stay. */
void quote_put(const char *text, char escape, FILE *out);

#endif
