/* SPDX-License-Identifier: MIT */
/* Wraps prose and chooses the columns of tables: see table.h. */
#include "base/table.h"

#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "base/utf8.h"

/* ---- pages ---- */

void page_start(struct page *page, FILE *out, struct tty_style style)
{
	*page = (struct page){.out = out, .style = style};
}

void page_begin(const struct page *page, struct layout *line)
{
	layout_start(line, page->style);
}

void page_put(struct page *page, struct layout *line)
{
	page->is_cut |= layout_fit(line, page->style.width);
	layout_print(line, page->out);
}

/* Wraps words: the first line goes on at column `first`, further lines begin at column `indent`. */
static void put_words(struct page *page, struct layout *line, unsigned first, unsigned indent, const char *words,
		      const char *colour)
{
	const unsigned width = page->style.width;
	unsigned at = 0, column = first;
	struct layout text;

	page_begin(page, &text);
	layout_utf8(&text, words);
	do {
		size_t length = text.length - at;

		if (width > 0)
			length = utf8_line(text.text + at, length, width > column ? width - column : 1);
		if (column > layout_column(line))
			layout_to(line, column);
		if (colour != NULL)
			layout_colour(line, colour);
		layout_bytes(line, text.text + at, length);
		line->invisible += (unsigned)length - utf8_columns(text.text + at, length);
		if (colour != NULL)
			layout_colour(line, LAYOUT_PLAIN);
		page_put(page, line);
		for (at += (unsigned)length; at < text.length && text.text[at] == ' ';)
			at++;
		page_begin(page, line);
		column = indent;
	} while (at < text.length);
}

void page_put_words(struct page *page, struct layout *line, unsigned indent, const char *words, const char *colour)
{
	const unsigned column = layout_column(line);

	put_words(page, line, column < indent ? indent : column + (column > 0), indent, words, colour);
}

void page_print(struct page *page, unsigned indent, const char *format, ...)
{
	char text[LAYOUT_SIZE];
	struct layout line;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	const unsigned first = (unsigned)strspn(text, " "); /* what the text begins with is no place to wrap it */
	page_begin(page, &line);
	put_words(page, &line, first, indent, text + first, NULL);
}

void page_end(struct page *page)
{
	const char *pipe = page->out == stderr ? "2>&1 | less -S" : "| less -S";

	if (page->left_out > 0)
		fprintf(page->out, "-- %u column%s more: widen the terminal, or %s\n", page->left_out,
			page->left_out > 1 ? "s" : "", pipe);
	else if (page->is_cut)
		fprintf(page->out, "-- lines are cut: widen the terminal, or %s\n", pipe);
}

/* ---- tables ---- */

/* The column at which a column of the table begins, when the one before ends at `end`. */
static unsigned start_of(const struct table_column *column, unsigned end)
{
	return end == 0 ? 0 : end + (column->is_left ? 2 : 1);
}

static unsigned width_up_to(const struct table_column *columns, unsigned count, unsigned most_rank)
{
	unsigned end = 0;

	for (unsigned i = 0; i < count; i++)
		if (columns[i].rank <= most_rank)
			end = start_of(&columns[i], end) + columns[i].width;
	return end;
}

unsigned table_width(const struct table_column *columns, unsigned count)
{
	return width_up_to(columns, count, UINT_MAX);
}

void table_start(struct table *table, struct page *page, const struct table_column *columns, unsigned count)
{
	const unsigned room = page->style.width;
	unsigned left_out = 0;

	*table = (struct table){.page = page, .columns = columns, .count = count};
	for (unsigned i = 0; i < count; i++)
		if (columns[i].rank > table->most_rank)
			table->most_rank = columns[i].rank;
	while (room > 0 && table->most_rank > 0 && width_up_to(columns, count, table->most_rank) > room)
		table->most_rank--;
	for (unsigned i = 0; i < count; i++)
		left_out += columns[i].rank > table->most_rank;
	if (left_out > page->left_out)
		page->left_out = left_out;
}

void table_row(const struct table *table, const char *const cells[])
{
	struct layout line, cell;
	unsigned end = 0; /* of the last column */

	page_begin(table->page, &line);
	for (unsigned i = 0; i < table->count; i++) {
		const struct table_column *column = &table->columns[i];

		if (column->rank > table->most_rank)
			continue;
		const unsigned start = start_of(column, end);
		end = start + column->width;
		page_begin(table->page, &cell);
		layout_utf8(&cell, cells[i] != NULL ? cells[i] : "");
		const unsigned width = layout_column(&cell);
		if (width == 0)
			continue;
		layout_to(&line, column->is_left ? start : end > width ? end - width : 0);
		layout_bytes(&line, cell.text, cell.length);
		line.invisible += cell.invisible;
	}
	page_put(table->page, &line);
}

void table_titles(const struct table *table)
{
	const char *titles[TABLE_COLUMNS_MAX];

	if (table->page->has_table)
		fputc('\n', table->page->out);
	table->page->has_table = true;
	for (unsigned i = 0; i < table->count; i++)
		titles[i] = table->columns[i].title;
	table_row(table, titles);
}
