/* SPDX-License-Identifier: MIT */
/* Lays out one line of text: see layout.h. Only layout_bytes() and layout_to() write, and both check the room left. */
#include "base/layout.h"

#include <string.h>

#include "base/digits.h"
#include "base/utf8.h"

void layout_bytes(struct layout *line, const char *bytes, size_t count)
{
	size_t room = sizeof(line->text) - line->length;

	if (count > room)
		count = room;
	memcpy(line->text + line->length, bytes, count);
	line->length += (unsigned)count;
}

void layout_text(struct layout *line, const char *text)
{
	layout_bytes(line, text, strlen(text));
}

void layout_utf8(struct layout *line, const char *text)
{
	unsigned before = line->length;

	layout_text(line, text);
	for (unsigned i = before; i < line->length; i++)
		line->invisible += utf8_continues(line->text[i]);
}

void layout_to(struct layout *line, unsigned column)
{
	unsigned at = layout_column(line);
	size_t spaces = at < column ? column - at : at > 0;
	size_t room = sizeof(line->text) - line->length;

	if (spaces > room)
		spaces = room;
	memset(line->text + line->length, ' ', spaces);
	line->length += (unsigned)spaces;
}

/* Appends `count` bytes, the last of them just before column `end`. */
static void put_right(struct layout *line, unsigned end, const char *from, size_t count)
{
	layout_to(line, end > count ? end - (unsigned)count : 0);
	layout_bytes(line, from, count);
}

void layout_decimal(struct layout *line, const char *label, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	char *start = digits_decimal(end, value);

	layout_text(line, label);
	layout_bytes(line, start, (size_t)(end - start));
}

void layout_coded(struct layout *line, const char *label, uint64_t value, const char *name)
{
	layout_decimal(line, label, value);
	if (name == NULL)
		return;
	layout_bytes(line, " ", 1);
	layout_text(line, name);
}

void layout_decimal_to(struct layout *line, unsigned column, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	char *start = digits_decimal(end, value);

	put_right(line, column, start, (size_t)(end - start));
}

void layout_text_to(struct layout *line, unsigned end, const char *text)
{
	put_right(line, end, text, strlen(text));
}

void layout_hex(struct layout *line, const char *label, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	char *start = digits_hex(end, value);

	layout_text(line, label);
	layout_bytes(line, start, (size_t)(end - start));
}

void layout_fixed_to(struct layout *line, unsigned column, uint64_t value, unsigned decimals)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	char *start = digits_fixed(end, value, decimals);

	put_right(line, column, start, (size_t)(end - start));
}

void layout_colour(struct layout *line, const char *parameters)
{
	unsigned before = line->length;

	if (!line->colour)
		return;
	layout_bytes(line, "\x1b[", 2);
	layout_text(line, parameters);
	layout_bytes(line, "m", 1);
	line->invisible += line->length - before;
}
