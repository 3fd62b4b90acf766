/* SPDX-License-Identifier: MIT */
/*
 * One line of text, built column by column from numbers, names and colours, for everything that prints text for people
 * (vmm/text, vmm/tools) or quotes it in files. Written for speed, since formatting by stdio would take most of the time
 * of printing a trace. The line has a fixed size: what does not fit is cut off, so no function here fails.
 */
#ifndef VMM_BASE_LAYOUT_H
#define VMM_BASE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/tty.h"

enum { LAYOUT_SIZE = 1024 };

struct layout {
	unsigned length;    /* bytes in `text`, which is not terminated */
	unsigned invisible; /* bytes of `text` that take no column: colour sequences and UTF-8 continuation bytes */
	bool colour;	    /* whether layout_colour() does anything */
	bool ascii;	    /* whether layout_utf8() replaces characters by their twins in ASCII */
	char text[LAYOUT_SIZE];
};

/* Begins an empty line. The width of the style is for layout_fit() alone. */
static inline void layout_start(struct layout *line, struct tty_style style)
{
	line->length = line->invisible = 0;
	line->colour = style.colour;
	line->ascii = style.ascii;
}

/* The column of the next character, counted from 0. */
static inline unsigned layout_column(const struct layout *line)
{
	return line->length - line->invisible;
}

/* Append `count` bytes, or a string, of ASCII. */
void layout_bytes(struct layout *line, const char *bytes, size_t count);
static inline void layout_text(struct layout *line, const char *text)
{
	layout_bytes(line, text, strlen(text)); /* of most strings the compiler knows the length */
}

/* Append `count` bytes, or a string, of UTF-8, each of whose characters is one column wide; as ASCII if need be. */
void layout_characters(struct layout *line, const char *text, size_t count);
void layout_utf8(struct layout *line, const char *text);

/*
 * Appends spaces up to `column`. A line that has already reached `column` gets one space instead, so that two columns
 * never touch; an empty line gets none.
 */
void layout_to(struct layout *line, unsigned column);

/* Append `label` and then `value` in decimal, or in hexadecimal with 0x. */
void layout_decimal(struct layout *line, const char *label, uint64_t value);
void layout_hex(struct layout *line, const char *label, uint64_t value);

/* Appends `label`, `value` in decimal and, unless `name` is NULL, a space and the name of that value. */
void layout_coded(struct layout *line, const char *label, uint64_t value, const char *name);

/* Append a decimal number, or a string, right-aligned: its last character stands just before `end_column`. */
void layout_decimal_to(struct layout *line, unsigned end_column, uint64_t value);
void layout_text_to(struct layout *line, unsigned end_column, const char *text);

/* Appends value / 10^decimals, right-aligned in the same way. 1 <= decimals <= 9. */
void layout_fixed_to(struct layout *line, unsigned end_column, uint64_t value, unsigned decimals);

/* Starts a colour, given as the parameters of an SGR sequence (ECMA-48, 8.3.117); LAYOUT_PLAIN ends the colour. */
#define LAYOUT_PLAIN "0"
void layout_colour(struct layout *line, const char *parameters);

/* Cuts a line that is wider than `width` columns, and ends it in an ellipsis. Returns whether it was; 0 = never cut. */
bool layout_fit(struct layout *line, unsigned width);

/* Prints the line without the spaces at its end, and a newline. */
void layout_print(struct layout *line, FILE *out);

#endif
