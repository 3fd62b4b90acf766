/* SPDX-License-Identifier: MIT */
/*
 * Lays out one line of text: see layout.h. Only layout_bytes() and layout_to() make a line longer, and both check the
 * room left.
 */
#include "base/layout.h"

#include <string.h>

#include "base/digits.h"
#include "base/glyphs.h"
#include "base/utf8.h"

void layout_bytes(struct layout *line, const char *bytes, size_t count)
{
	size_t room = sizeof(line->text) - line->length;

	if (count > room)
		count = room;
	memcpy(line->text + line->length, bytes, count);
	line->length += (unsigned)count;
}

/* Appends characters of which each that is not ASCII is replaced by its twin. */
static void put_twins(struct layout *line, const char *text, size_t count)
{
	size_t length;

	for (size_t at = 0; at < count; at += length) {
		for (length = 0; at + length < count && (unsigned char)text[at + length] < 0x80;)
			length++;
		if (length > 0)
			layout_bytes(line, text + at, length);
		else
			layout_text(line, glyph_twin(text + at, count - at, &length));
	}
}

void layout_characters(struct layout *line, const char *text, size_t count)
{
	unsigned before = line->length;

	if (line->ascii) {
		put_twins(line, text, count);
		return;
	}
	layout_bytes(line, text, count);
	for (unsigned i = before; i < line->length; i++)
		line->invisible += utf8_continues(line->text[i]);
}

void layout_utf8(struct layout *line, const char *text)
{
	layout_characters(line, text, strlen(text));
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

/* ---- whole lines ---- */

/* The length of the escape sequence that begins at a byte of the line, as layout_colour() has put it; 0 = none does. */
static unsigned escape_length(const struct layout *line, unsigned at)
{
	unsigned end = at;

	if (line->text[at] != '\x1b')
		return 0;
	while (end < line->length && line->text[end] != 'm')
		end++;
	return end < line->length ? end + 1 - at : end - at;
}

bool layout_fit(struct layout *line, unsigned width)
{
	const char *ellipsis = "…";
	const unsigned dots = line->ascii ? 3 : 1, keep = width > dots ? width - dots : 0;
	unsigned at = 0, invisible = 0;

	if (width == 0 || layout_column(line) <= width)
		return false;
	/* The bytes of the last character that is kept are kept, and so are the colours behind it. */
	while (at < line->length) {
		const unsigned escape = escape_length(line, at);

		if (escape == 0 && !utf8_continues(line->text[at]) && at - invisible == keep)
			break;
		invisible += escape > 0 ? escape : utf8_continues(line->text[at]);
		at += escape > 0 ? escape : 1;
	}
	line->length = at;
	line->invisible = invisible;
	layout_utf8(line, ellipsis);
	layout_colour(line, LAYOUT_PLAIN);
	return true;
}

void layout_print(struct layout *line, FILE *out)
{
	while (line->length > 0 && line->text[line->length - 1] == ' ')
		line->length--;
	if (line->length == sizeof(line->text))
		line->length--;
	line->text[line->length++] = '\n';
	fwrite_unlocked(line->text, 1, line->length, out); /* no other thread prints lines */
}
