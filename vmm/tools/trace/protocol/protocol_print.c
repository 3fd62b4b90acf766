/* SPDX-License-Identifier: MIT */
/* Prints protocol tables: as text in boxes, cells wrapped at words, and as JSON. */
#include <string.h>

#include "base/units.h"
#include "base/utf8.h"
#include "tools/trace/protocol/protocol.h"

static const struct {
	const char *name, *title;
} protocols[PROTOCOL_COUNT] = {
#define ROW(name, ...) [PROTOCOL_##name] = {__VA_ARGS__},
	PROTOCOLS(ROW)
#undef ROW
};

const char *protocol_title(enum protocol protocol)
{
	return protocols[protocol].title;
}

const char *protocol_name(enum protocol protocol)
{
	return protocols[protocol].name;
}

const char *protocol_column_title(enum protocol protocol, enum protocol_column column, bool boot)
{
	if (column == PROTOCOL_HARDWARE)
		return "Hardware";
	if (column == PROTOCOL_VMM)
		return "VMM";
	if (column == PROTOCOL_PROGRAM) /* without limits it runs in kernel mode, as the OS does */
		return protocol == PROTOCOL_DIRECT ? "Program" : "Program (user mode)";
	return boot ? "OS @ boot (kernel mode)" : "OS @ run (kernel mode)";
}

/* ---- text ---- */

/* What a table looks like: which columns it has, and how wide they are. */
struct shape {
	struct page *page;
	unsigned time_width;		  /* 0 = no column of times */
	unsigned width[PROTOCOL_COLUMNS]; /* 0 = none */
};

enum {
	TIME_WIDTH = 12,
	CELL_LEAST = 16, /* columns of a cell that can be read; for less the times are left out */
	CELL_MOST = 64,
	CELL_FRAME = 3, /* the line and the spaces around a cell */
	WIDTH_DEFAULT = 120,
	WIDTH_VMM = 33, /* more, with the VMM's column */
};

/* Whether a table has a column: the textbook's of direct execution has none for hardware, and the VMM's is often empty.
 */
static bool has_column(const struct protocol_table *table, enum protocol_column column)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->rows[i].column == column)
			return true;
	return column == PROTOCOL_OS || column == PROTOCOL_PROGRAM;
}

/*
 * Shares the terminal among the columns, within what can be read and what is ever needed. Where there is too little of
 * it, first the times are left out, then the VMM's column and its rows.
 */
static void set_widths(struct shape *shape, const struct protocol_table *table)
{
	const unsigned book = 2u + has_column(table, PROTOCOL_HARDWARE);
	unsigned cells = book + has_column(table, PROTOCOL_VMM);
	const unsigned wide = WIDTH_DEFAULT + (cells > book ? WIDTH_VMM : 0);
	const unsigned width = shape->page->style.width > 0 ? shape->page->style.width : wide;

	if (width < 1 + cells * (CELL_FRAME + CELL_LEAST))
		cells = book;
	unsigned frame = 1 + cells * CELL_FRAME;
	shape->time_width = width >= frame + CELL_FRAME + TIME_WIDTH + cells * CELL_LEAST ? TIME_WIDTH : 0;
	frame += shape->time_width > 0 ? CELL_FRAME + TIME_WIDTH : 0;
	if (shape->time_width == 0 && shape->page->left_out == 0)
		shape->page->left_out = 1;
	const unsigned left = width > frame ? width - frame : 0;
	unsigned cell = left / cells;
	cell = cell < 1 ? 1 : cell > CELL_MOST ? CELL_MOST : cell;
	for (unsigned column = 0; column < PROTOCOL_COLUMNS; column++)
		shape->width[column] = has_column(table, column) ? cell : 0;
	if (cells == book)
		shape->width[PROTOCOL_VMM] = 0;
	if (cell == left / cells)
		shape->width[0] += left % cells;
}

static void put_dashes(struct layout *line, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		layout_utf8(line, "─");
}

static void put_rule(const struct shape *shape, const char *left, const char *cross, const char *right)
{
	const char *corner = left;
	struct layout line;

	page_begin(shape->page, &line);
	if (shape->time_width > 0) {
		layout_utf8(&line, corner);
		put_dashes(&line, shape->time_width + 2);
		corner = cross;
	}
	for (unsigned column = 0; column < PROTOCOL_COLUMNS; column++) {
		if (shape->width[column] == 0)
			continue;
		layout_utf8(&line, corner);
		put_dashes(&line, shape->width[column] + 2);
		corner = cross;
	}
	layout_utf8(&line, right);
	page_put(shape->page, &line);
}

/* Appends a cell: text, which is in the style of the page already, and the spaces around it. */
static void put_cell(struct layout *line, unsigned width, const char *text, size_t length, const char *colour)
{
	const unsigned columns = utf8_columns(text, length);

	layout_utf8(line, "│ ");
	if (columns > 0) {
		layout_colour(line, colour);
		layout_characters(line, text, length);
		layout_colour(line, LAYOUT_PLAIN);
	}
	for (unsigned i = columns; i < width + 1; i++)
		layout_text(line, " ");
}

/* Begins a line with the time, which is aligned to the right. */
static void begin_line(const struct shape *shape, struct layout *line, const char *time)
{
	page_begin(shape->page, line);
	if (shape->time_width == 0)
		return;
	layout_utf8(line, "│ ");
	layout_text_to(line, 2 + shape->time_width, time);
	layout_text(line, " ");
}

static void end_line(const struct shape *shape, struct layout *line)
{
	layout_utf8(line, "│");
	page_put(shape->page, line);
}

/* A row of the table with text in one of its columns, in as many lines as the text needs. */
static void put_wrapped(const struct shape *shape, const char *time, unsigned at, const char *words, const char *colour)
{
	struct layout text, line;

	page_begin(shape->page, &text);
	layout_utf8(&text, words);
	for (unsigned from = 0; from < text.length; time = "") {
		const size_t length = utf8_line(text.text + from, text.length - from, shape->width[at]);
		begin_line(shape, &line, time);
		for (unsigned column = 0; column < PROTOCOL_COLUMNS; column++)
			if (shape->width[column] > 0)
				put_cell(&line, shape->width[column], text.text + from, column == at ? length : 0,
					 colour);
		end_line(shape, &line);
		for (from += (unsigned)length; from < text.length && text.text[from] == ' ';)
			from++;
	}
}

/* Where there are no times, a cell says that its step is missing. `again`: the row before is of the same moment. */
static void put_row(const struct shape *shape, const struct protocol_row *row, bool again)
{
	static const char *const colours[PROTOCOL_COLUMNS] = {"1;36", "1;33", "1;32", "1;35"};
	char time[32] = "", step[PROTOCOL_STEP_SIZE + 8];

	if (shape->width[row->column] == 0)
		return;
	if (row->missing)
		snprintf(time, sizeof(time), "missing");
	else if (!again)
		snprintf(time, sizeof(time), "%.6f", (double)row->ns / NS_PER_MS);
	snprintf(step, sizeof(step), "%s%s", row->missing ? "✗ " : row->beyond ? "+ " : "", row->step);
	put_wrapped(shape, time, row->column, step, row->missing ? "1;31" : row->beyond ? "2" : colours[row->column]);
	put_wrapped(shape, "", row->column, row->detail, row->missing ? "31" : "2");
}

static void put_head(const struct shape *shape, enum protocol protocol, bool boot)
{
	const char *titles[PROTOCOL_COLUMNS];
	const char *time = "time ms";
	struct layout line;
	bool is_more = true;

	for (unsigned column = 0; column < PROTOCOL_COLUMNS; column++)
		titles[column] = protocol_column_title(protocol, column, boot);
	for (; is_more; time = "") {
		is_more = false;
		begin_line(shape, &line, time);
		for (unsigned column = 0; column < PROTOCOL_COLUMNS; column++) {
			const char *title = titles[column];
			const size_t length = utf8_line(title, strlen(title), shape->width[column]);

			if (shape->width[column] == 0)
				continue;
			put_cell(&line, shape->width[column], title, length, "1");
			titles[column] = title + length + strspn(title + length, " ");
			is_more |= titles[column][0] != '\0';
		}
		end_line(shape, &line);
	}
}

static bool is_same_moment(const struct protocol_row *before, const struct protocol_row *row)
{
	return !before->missing && !row->missing && before->ns == row->ns && before->first == row->first &&
	       before->last == row->last;
}

void protocol_print(const struct protocol_table *table, const char *title, enum protocol protocol, bool boot,
		    struct page *page)
{
	struct shape shape = {.page = page};
	struct layout line;

	set_widths(&shape, table);
	if (page->has_table)
		fputc('\n', page->out);
	page->has_table = true;
	page_begin(page, &line);
	page_put_words(page, &line, 0, title, "1");
	put_rule(&shape, "┌", "┬", "┐");
	put_head(&shape, protocol, boot);
	put_rule(&shape, "├", "┼", "┤");
	for (size_t i = 0; i < table->count; i++)
		put_row(&shape, &table->rows[i], i > 0 && is_same_moment(&table->rows[i - 1], &table->rows[i]));
	put_rule(&shape, "└", "┴", "┘");
}

/* ---- JSON ---- */

void protocol_put_json(struct json_writer *json, const char *name, const struct protocol_table *table)
{
	static const char *const columns[PROTOCOL_COLUMNS] = {"os", "hardware", "program", "vmm"};

	json_begin_array(json, name);
	for (size_t i = 0; i < table->count; i++) {
		const struct protocol_row *row = &table->rows[i];
		json_next_line(json, 2);
		json_begin_object(json, NULL);
		json_put_string(json, "column", columns[row->column]);
		json_put_string(json, "step", row->step);
		json_put_string(json, "detail", row->detail);
		if (row->beyond)
			json_put_bool(json, "beyond", true);
		if (row->missing) {
			json_put_bool(json, "missing", true);
		} else {
			json_put_unsigned(json, "ns", row->ns);
			json_put_unsigned(json, "first", row->first);
			json_put_unsigned(json, "last", row->last);
			json_put_bool(json, "folded", row->folded);
		}
		json_end(json);
	}
	json_end(json);
}
