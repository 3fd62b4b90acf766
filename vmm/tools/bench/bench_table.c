/* SPDX-License-Identifier: MIT */
/* The report as aligned text; at a terminal, with as many columns as there is room for. */
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/glyphs.h"
#include "tools/bench/bench_report.h"

enum { SPARK_CELLS = 12, BAR_CELLS = 40, CELL_SIZE = 160 };

static const char *const levels[] = {GLYPH_LEVELS};
enum { SPARK_LEVELS = COUNT(levels) };

/* ---- cells ---- */

typedef void make_cell(char text[CELL_SIZE], const struct report *report, const struct result *result);

static void cell_value(char text[CELL_SIZE], const struct report *report, const struct result *result)
{
	(void)report;
	report_value(text, &result->net, result->is_nothing);
}

static void put_interval(char text[CELL_SIZE], const struct estimate *estimate)
{
	char low[VALUE_TEXT], high[VALUE_TEXT];

	if (isnan(estimate->low))
		snprintf(text, CELL_SIZE, "-");
	else
		snprintf(text, CELL_SIZE, "%s..%s", report_number(low, estimate->low),
			 report_number(high, estimate->high));
}

static void cell_interval(char text[CELL_SIZE], const struct report *report, const struct result *result)
{
	(void)report;
	put_interval(text, &result->net);
}

static void cell_ticks(char text[CELL_SIZE], const struct report *report, const struct result *result)
{
	report_number(text, result->is_nothing ? (double)NAN : report_ticks(report, result->net.value));
}

#define CELL_OF_SUMMARY(member)                                                                                        \
	static void cell_##member(char text[CELL_SIZE], const struct report *report, const struct result *result)      \
	{                                                                                                              \
		(void)report;                                                                                          \
		report_number(text, result->raw.member);                                                               \
	}

CELL_OF_SUMMARY(min)
CELL_OF_SUMMARY(p10)
CELL_OF_SUMMARY(median)
CELL_OF_SUMMARY(p90)
CELL_OF_SUMMARY(p99)
CELL_OF_SUMMARY(mad)

static void cell_count(char text[CELL_SIZE], const struct report *report, const struct result *result)
{
	(void)report;
	snprintf(text, CELL_SIZE, "%zu", result->raw.count);
}

/* Draws how the samples are spread from the least to the 99th percentile. A cell that has a sample is never empty. */
static void cell_spark(char text[CELL_SIZE], const struct report *report, const struct result *result)
{
	size_t cells[SPARK_CELLS] = {0}, fullest = 1, used = 1;
	const double low = result->raw.min, width = (result->raw.p99 - low) / SPARK_CELLS;

	(void)report;
	for (size_t i = 0; i < result->series->count; i++) {
		const double cell = width > 0 ? (result->series->values[i] - low) / width : 0;
		size_t *count = cell < SPARK_CELLS ? &cells[(size_t)cell] : &cells[SPARK_CELLS - 1];

		fullest = ++*count > fullest ? *count : fullest;
	}
	text[0] = '|';
	for (unsigned i = 0; i < SPARK_CELLS; i++) {
		const char *mark = cells[i] == 0 ? " " : levels[(cells[i] * SPARK_LEVELS - 1) / fullest];

		used += (size_t)snprintf(text + used, CELL_SIZE - used, "%s", mark);
	}
	snprintf(text + used, CELL_SIZE - used, "|");
}

static void cell_remark(char text[CELL_SIZE], const struct report *report, const struct result *result)
{
	const char *minus = result->row->minus;

	(void)report;
	snprintf(text, CELL_SIZE, "%s%s%s%s", minus != NULL ? "- " : "", minus != NULL ? minus : "",
		 result->label[0] != '\0' && minus != NULL ? "  " : "", result->label);
}

/* ---- rows ---- */

/* Where there is not enough room, columns of the highest rank are left out first. */
enum { RANK_ALWAYS, RANK_SPARK, RANK_TICKS, RANK_REMARK, RANK_MEDIAN, RANK_COUNT, RANK_SAMPLES, RANK_DECILES };

/* What follows the name of a row. The width of the last column is that of its widest cell. */
static const struct column {
	struct table_column shape;
	make_cell *make;
} columns[] = {
	{{"value", 11, RANK_ALWAYS, false}, cell_value},
	{{"95 % interval", 20, RANK_ALWAYS, false}, cell_interval},
	{{"TSC ticks", 10, RANK_TICKS, false}, cell_ticks},
	{{"min", 10, RANK_SAMPLES, false}, cell_min},
	{{"p10", 10, RANK_DECILES, false}, cell_p10},
	{{"median", 10, RANK_MEDIAN, false}, cell_median},
	{{"p90", 10, RANK_DECILES, false}, cell_p90},
	{{"p99", 10, RANK_SAMPLES, false}, cell_p99},
	{{"MAD", 9, RANK_SAMPLES, false}, cell_mad},
	{{"n", 5, RANK_COUNT, false}, cell_count},
	{{"min to p99", SPARK_CELLS + 2, RANK_SPARK, false}, cell_spark},
	{{"less", 0, RANK_REMARK, true}, cell_remark},
};

enum { COLUMNS = COUNT(columns), ROW_CELLS = COLUMNS + 1, NAME_INDENT = 2 };

/* The width of the column of names, which are indented below their groups. */
static unsigned name_width(const struct report *report)
{
	unsigned width = 0;

	for (unsigned i = 0; i < report->count; i++) {
		const unsigned own = NAME_INDENT + (unsigned)strlen(report->results[i].row->name);
		width = own > width ? own : width;
	}
	return width;
}

static unsigned remark_width(const struct report *report)
{
	char text[CELL_SIZE];
	unsigned width = (unsigned)strlen(columns[COLUMNS - 1].shape.title);

	for (unsigned i = 0; i < report->count; i++) {
		cell_remark(text, report, &report->results[i]);
		width = strlen(text) > width ? (unsigned)strlen(text) : width;
	}
	return width;
}

static void indent_name(char text[CELL_SIZE], const struct result *result)
{
	snprintf(text, CELL_SIZE, "%*s%s", NAME_INDENT, "", result->row->name);
}

/* A row without figures: why there are none stands in their place. */
static void print_failure(const struct result *result, unsigned name, struct page *page)
{
	struct layout line;
	char text[CELL_SIZE];

	indent_name(text, result);
	page_begin(page, &line);
	layout_text(&line, text);
	page_put_words(page, &line, name + 1, result->failure != NULL ? result->failure : "not measured", NULL);
}

static void print_result(const struct report *report, const struct result *result, const struct table *table)
{
	char text[ROW_CELLS][CELL_SIZE];
	const char *cells[ROW_CELLS];

	if (result->raw.count == 0) {
		print_failure(result, table->columns[0].width, table->page);
		return;
	}
	indent_name(text[0], result);
	for (unsigned i = 0; i < COLUMNS; i++)
		columns[i].make(text[i + 1], report, result);
	for (unsigned i = 0; i < ROW_CELLS; i++)
		cells[i] = text[i];
	table_row(table, cells);
	if (result->failure != NULL)
		page_print(table->page, 2 * NAME_INDENT, "    then: %s", result->failure);
}

static void print_rows(const struct report *report, struct page *page)
{
	struct table_column shapes[ROW_CELLS] = {{"ns", name_width(report), RANK_ALWAYS, true}};
	const char *group = "";
	struct table table;

	for (unsigned i = 0; i < COLUMNS; i++)
		shapes[i + 1] = columns[i].shape;
	shapes[COLUMNS].width = remark_width(report);
	table_start(&table, page, shapes, ROW_CELLS);
	table_titles(&table);
	for (unsigned i = 0; i < report->count; i++) {
		if (strcmp(report->results[i].row->group, group) != 0)
			page_print(page, 0, "%s", report->results[i].row->group);
		group = report->results[i].row->group;
		print_result(report, &report->results[i], &table);
	}
}

/* ---- the price of control ---- */

/* Draws a bar, full up to the low end of the interval and shaded up to its high end. */
static void draw_bar(char text[CELL_SIZE], const struct estimate *slowdown, double most, unsigned cells)
{
	const double cell = most / cells;
	size_t used = 0;

	for (unsigned i = 0; i < cells && (i + 0.5) * cell < slowdown->high; i++)
		used += (size_t)snprintf(text + used, CELL_SIZE - used, "%s",
					 (i + 0.5) * cell < slowdown->low ? "█" : "░");
}

static void print_slowdown(const struct result *result, double most, const struct table *table)
{
	char name[CELL_SIZE], value[VALUE_TEXT], between[CELL_SIZE], bar[CELL_SIZE] = "", picture[2 * CELL_SIZE];
	const char *label = result->label;

	if (isnan(result->slowdown.value)) {
		print_failure(result, table->columns[0].width, table->page);
		return;
	}
	indent_name(name, result);
	put_interval(between, &result->slowdown);
	if (result->slowdown.value <= most)
		draw_bar(bar, &result->slowdown, most, table->columns[3].width);
	snprintf(picture, sizeof(picture), "%s%s%s%s", bar, label[0] != '\0' ? "(" : "", label,
		 label[0] != '\0' ? ")" : "");
	table_row(table, (const char *[]){name, report_slowdown(value, &result->slowdown), between, picture});
}

static void print_control(const struct report *report, struct page *page)
{
	struct table_column shapes[] = {{NULL, name_width(report), RANK_ALWAYS, true},
					{NULL, 11, RANK_ALWAYS, false},
					{NULL, 20, RANK_ALWAYS, false},
					{NULL, BAR_CELLS, RANK_ALWAYS, true}};
	const double most = report_most_slowdown(report);
	const unsigned used = table_width(shapes, COUNT(shapes)) - BAR_CELLS, room = page->style.width;
	char value[VALUE_TEXT], between[CELL_SIZE];
	struct table table;
	bool has_title = false;

	if (room > 0 && room < used + BAR_CELLS)
		shapes[COUNT(shapes) - 1].width = room > used ? room - used : 1;
	table_start(&table, page, shapes, COUNT(shapes));
	for (unsigned i = 0; i < report->count; i++) {
		if (report->results[i].row->source != SOURCE_CONTROL)
			continue;
		if (!has_title)
			page_print(page, NAME_INDENT,
				   "the price of control: the same computation, times what it takes in ring 3 without "
				   "a timer");
		has_title = true;
		print_slowdown(&report->results[i], most, &table);
	}
	put_interval(between, &report->tick_cost);
	if (!isnan(report->tick_cost.value))
		page_print(page, 2 * NAME_INDENT,
			   "  a tick takes %s ns from the process (95 %%: %s), fitted at 100 and 1000 Hz",
			   report_value(value, &report->tick_cost, estimate_holds_zero(&report->tick_cost)), between);
}

void report_table(const struct report *report, struct page *page)
{
	const struct environment *environment = &report->environment;

	page_print(page, NAME_INDENT, "%s; %s; %s, ring 0 %s; %u rounds in %.1f s",
		   environment_value(environment, "cpu"), environment_value(environment, "kernel"),
		   environment_value(environment, "kvm"), environment_value(environment, "ring0"), report->rounds,
		   report->seconds);
	print_rows(report, page);
	print_control(report, page);
	for (unsigned i = 0; i < report->note_count; i++)
		page_print(page, NAME_INDENT, "note: %s", report->notes[i]);
}
