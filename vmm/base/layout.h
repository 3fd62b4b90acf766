/* SPDX-License-Identifier: MIT */
/*
 * One line of text being laid out in columns: numbers, names, marks, colours. Written for speed (stdio's
 * formatting would be most of the time of printing a trace) and bounded: what does not fit is cut off.
 */
#ifndef VMM_BASE_LAYOUT_H
#define VMM_BASE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LAYOUT_SIZE = 1024 };

struct layout {
	unsigned length;    /* bytes */
	unsigned invisible; /* of them, those that take no column: colours, more bytes of a character */
	bool colour;
	char text[LAYOUT_SIZE];
};

static inline void layout_start(struct layout *line, bool colour)
{
	line->length = line->invisible = 0;
	line->colour = colour;
}

/* Where the next character goes, counted from 0. */
static inline unsigned layout_column(const struct layout *line)
{
	return line->length - line->invisible;
}

void layout_bytes(struct layout *line, const char *bytes, size_t count);
void layout_text(struct layout *line, const char *text);

/* Text that is not ASCII; each of its characters is one column wide. */
void layout_utf8(struct layout *line, const char *text);

/* Spaces up to a column; one space when the line is there already, so that columns never touch. */
void layout_to(struct layout *line, unsigned column);

/* A label and a number. */
void layout_decimal(struct layout *line, const char *label, uint64_t value);
void layout_hex(struct layout *line, const char *label, uint64_t value); /* with 0x */

/* A label, a decimal number, and its name where it has one (NULL = none). */
void layout_coded(struct layout *line, const char *label, uint64_t value, const char *name);

/* Right-aligned: the last character stands just before `column`. */
void layout_decimal_to(struct layout *line, unsigned column, uint64_t value);
void layout_text_to(struct layout *line, unsigned end, const char *text);

/* value / 10^decimals, right-aligned likewise. 1 <= decimals <= 9. */
void layout_fixed_to(struct layout *line, unsigned column, uint64_t value, unsigned decimals);

/* Starts or, with LAYOUT_PLAIN, ends a colour: the parameters of an SGR sequence. */
#define LAYOUT_PLAIN "0"
void layout_colour(struct layout *line, const char *parameters);

#endif
