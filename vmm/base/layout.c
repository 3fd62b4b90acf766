/* SPDX-License-Identifier: MIT */
/* Lays out one line of text: see layout.h. Only layout_bytes() and layout_to() write, and both check the room left. */
#include "base/layout.h"

#include <string.h>

enum { DIGITS_MAX = 24 }; /* characters of a 64-bit number, including a decimal point or 0x */

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
		line->invisible += ((unsigned char)line->text[i] & 0xc0) == 0x80; /* a UTF-8 continuation byte */
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

/* Writes the decimal digits of `value` backwards from `end`. Returns a pointer to the first digit. */
static char *digits_before(char *end, uint64_t value)
{
	do
		*--end = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	return end;
}

static void put_right(struct layout *line, unsigned end_column, const char *bytes, size_t count)
{
	layout_to(line, end_column > count ? end_column - (unsigned)count : 0);
	layout_bytes(line, bytes, count);
}

void layout_decimal(struct layout *line, const char *label, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	char *start = digits_before(end, value);

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

void layout_decimal_to(struct layout *line, unsigned end_column, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	char *start = digits_before(end, value);

	put_right(line, end_column, start, (size_t)(end - start));
}

void layout_text_to(struct layout *line, unsigned end_column, const char *text)
{
	put_right(line, end_column, text, strlen(text));
}

void layout_hex(struct layout *line, const char *label, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits), *start = end;

	do
		*--start = "0123456789abcdef"[value & 0xf];
	while ((value >>= 4) > 0);
	*--start = 'x';
	*--start = '0';
	layout_text(line, label);
	layout_bytes(line, start, (size_t)(end - start));
}

void layout_fixed_to(struct layout *line, unsigned end_column, uint64_t value, unsigned decimals)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits), *start = end;

	for (unsigned i = 0; i < decimals; i++, value /= 10)
		*--start = (char)('0' + value % 10);
	*--start = '.';
	start = digits_before(start, value);
	put_right(line, end_column, start, (size_t)(end - start));
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
