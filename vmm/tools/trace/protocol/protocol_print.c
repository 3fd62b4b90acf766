/* SPDX-License-Identifier: MIT */
/* Prints protocol tables: as text in boxes, cells wrapped at words, and as JSON. */
#include <string.h>

#include "base/units.h"
#include "base/utf8.h"
#include "tools/trace/protocol/protocol.h"

enum { TIME_WIDTH = 12 };

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
	if (column == PROTOCOL_PROGRAM) /* without limits it runs in kernel mode, as the OS does */
		return protocol == PROTOCOL_DIRECT ? "Program" : "Program (user mode)";
	return boot ? "OS @ boot (kernel mode)" : "OS @ run (kernel mode)";
}

/* ---- text ---- */

/* Which columns a table has, and how wide they are. */
struct shape {
	unsigned width[PROTOCOL_COLUMNS]; /* 0 = none */
	struct protocol_style style;
};

enum { CELL_LEAST = 16, CELL_MOST = 64, WIDTH_DEFAULT = 120, FRAME = TIME_WIDTH + 4, CELL_FRAME = 3 };

/*
 * Shares the terminal among the columns, within what can be read and what is ever needed. FRAME and CELL_FRAME are the
 * lines and spaces around them.
 */
static void set_widths(struct shape *shape, bool hardware)
{
	unsigned cells = hardware ? PROTOCOL_COLUMNS : PROTOCOL_COLUMNS - 1;
	unsigned width = shape->style.width > 0 ? shape->style.width : WIDTH_DEFAULT,
		 frame = FRAME + cells * CELL_FRAME;
	unsigned left = width > frame ? width - frame : 0, cell = left / cells;

	cell = cell < CELL_LEAST ? CELL_LEAST : cell > CELL_MOST ? CELL_MOST : cell;
	for (unsigned column = 0; column < PROTOCOL_COLUMNS; column++)
		shape->width[column] = column == PROTOCOL_HARDWARE && !hardware ? 0 : cell;
	if (cell == left / cells)
		shape->width[0] += left % cells;
}

/* How many bytes of `text` go on a line of `width` columns: up to a space where there is one. */
static size_t line_length(const char *text, unsigned width)
{
	size_t at = 0, space = 0;

	for (unsigned columns = 0; text[at] != '\0'; at++) {
		if (!utf8_continues(text[at]) && columns++ == width)
			return space > 0 ? space : at;
		if (text[at] == ' ')
			space = at;
	}
	return at;
}

static unsigned columns_of(const char *text, size_t length)
{
	unsigned columns = 0;

	for (size_t i = 0; i < length; i++)
		columns += !utf8_continues(text[i]);
	return columns;
}

static void put_spaces(unsigned count, FILE *out)
{
	fprintf(out, "%*s", (int)count, "");
}

static void put_rule(const struct shape *shape, const char *left, const char *cross, const char *right, FILE *out)
{
	fputs(left, out);
	for (unsigned i = 0; i < TIME_WIDTH + 2; i++)
		fputs("\u2500", out);
	for (unsigned column = 0; column < PROTOCOL_COLUMNS; column++) {
		if (shape->width[column] == 0)
			continue;
		fputs(cross, out);
		for (unsigned i = 0; i < shape->width[column] + 2; i++)
			fputs("\u2500", out);
	}
	fputs(right, out);
	fputc('\n', out);
}

static void put_colour(const struct shape *shape, const char *parameters, FILE *out)
{
	if (shape->style.colour)
		fprintf(out, "\x1b[%sm", parameters);
}

/* A line of the table with text in one of its columns. */
static void put_line(const struct shape *shape, const char *time, unsigned at, const char *text, size_t length,
		     const char *colour, FILE *out)
{
	fprintf(out, "\u2502 %*s ", TIME_WIDTH, time);
	for (unsigned column = 0; column < PROTOCOL_COLUMNS; column++) {
		if (shape->width[column] == 0)
			continue;
		fputs("\u2502 ", out);
		unsigned used = column == at ? columns_of(text, length) : 0;
		if (used > 0) {
			put_colour(shape, colour, out);
			fwrite(text, 1, length, out);
			put_colour(shape, "0", out);
		}
		put_spaces(shape->width[column] - used + 1, out);
	}
	fputs("\u2502\n", out);
}

static void put_wrapped(const struct shape *shape, const char *time, unsigned at, const char *text, const char *colour,
			FILE *out)
{
	while (*text != '\0') {
		size_t length = line_length(text, shape->width[at]);
		put_line(shape, time, at, text, length, colour, out);
		text += length;
		text += strspn(text, " ");
		time = "";
	}
}

/* `again`: the row before is of the same moment, so that its time is not repeated. */
static void put_row(const struct shape *shape, const struct protocol_row *row, bool again, FILE *out)
{
	static const char *const colours[PROTOCOL_COLUMNS] = {"1;36", "1;33", "1;32"};
	char time[32] = "", step[PROTOCOL_STEP_SIZE + 8];

	if (row->missing)
		snprintf(time, sizeof(time), "missing");
	else if (!again)
		snprintf(time, sizeof(time), "%.6f", (double)row->ns / NS_PER_MS);
	snprintf(step, sizeof(step), "%s%s", row->missing ? "\u2717 " : "", row->step);
	put_wrapped(shape, time, row->column, step, row->missing ? "1;31" : colours[row->column], out);
	put_wrapped(shape, "", row->column, row->detail, row->missing ? "31" : "2", out);
}

static void put_head(const struct shape *shape, FILE *out)
{
	fprintf(out, "\u2502 %*s ", TIME_WIDTH, "time ms");
	for (unsigned column = 0; column < PROTOCOL_COLUMNS; column++) {
		if (shape->width[column] == 0)
			continue;
		fputs("\u2502 ", out);
		put_colour(shape, "1", out);
		const char *title = protocol_column_title(shape->style.protocol, column, shape->style.boot);
		fprintf(out, "%-*.*s", (int)shape->width[column], (int)line_length(title, shape->width[column]), title);
		put_colour(shape, "0", out);
		fputs(" ", out);
	}
	fputs("\u2502\n", out);
}

static bool is_same_moment(const struct protocol_row *before, const struct protocol_row *row)
{
	return !before->missing && !row->missing && before->first == row->first && before->last == row->last;
}

/* Whether a table has a hardware column: the textbook's table of direct execution does not. */
static bool has_hardware(const struct protocol_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->rows[i].column == PROTOCOL_HARDWARE)
			return true;
	return false;
}

void protocol_print(const struct protocol_table *table, const char *title, struct protocol_style style, FILE *out)
{
	struct shape shape = {.style = style};

	set_widths(&shape, has_hardware(table));
	put_colour(&shape, "1", out);
	fprintf(out, "%s\n", title);
	put_colour(&shape, "0", out);
	put_rule(&shape, "\u250c", "\u252c", "\u2510", out);
	put_head(&shape, out);
	put_rule(&shape, "\u251c", "\u253c", "\u2524", out);
	for (size_t i = 0; i < table->count; i++)
		put_row(&shape, &table->rows[i], i > 0 && is_same_moment(&table->rows[i - 1], &table->rows[i]), out);
	put_rule(&shape, "\u2514", "\u2534", "\u2518", out);
}

/* ---- JSON ---- */

void protocol_put_json(struct json_writer *json, const char *name, const struct protocol_table *table)
{
	static const char *const columns[PROTOCOL_COLUMNS] = {"os", "hardware", "program"};

	json_begin_array(json, name);
	for (size_t i = 0; i < table->count; i++) {
		const struct protocol_row *row = &table->rows[i];
		json_next_line(json, 2);
		json_begin_object(json, NULL);
		json_put_string(json, "column", columns[row->column]);
		json_put_string(json, "step", row->step);
		json_put_string(json, "detail", row->detail);
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
