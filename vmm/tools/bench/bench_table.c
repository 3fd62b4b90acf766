/* SPDX-License-Identifier: MIT */
/* The report as aligned text; at a terminal, with as many columns as there is room for. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/tty.h"
#include "base/utf8.h"
#include "tools/bench/bench_report.h"

enum { SPARK_CELLS = 12, SPARK_LEVELS = 8, LEVEL_BYTES = 3, BAR_CELLS = 40, CELL_SIZE = 128 };
enum { SLOWDOWN_WIDTH = 35 }; /* of a slowdown, its interval and the spaces between them */

static const char *const levels[SPARK_LEVELS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

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

/* ---- columns ---- */

/* Where there is not enough room, columns of the highest rank are left out first. */
enum { RANK_ALWAYS, RANK_SPARK, RANK_TICKS, RANK_REMARK, RANK_MEDIAN, RANK_COUNT, RANK_SAMPLES, RANK_DECILES };

static const struct column {
	const char *title;
	int width;
	unsigned rank;
	bool is_left; /* aligned to the left; only the last column is, and its width is that of its content */
	make_cell *make;
} columns[] = {
	{"value", 11, RANK_ALWAYS, false, cell_value},
	{"95 % interval", 20, RANK_ALWAYS, false, cell_interval},
	{"TSC ticks", 10, RANK_TICKS, false, cell_ticks},
	{"min", 10, RANK_SAMPLES, false, cell_min},
	{"p10", 10, RANK_DECILES, false, cell_p10},
	{"median", 10, RANK_MEDIAN, false, cell_median},
	{"p90", 10, RANK_DECILES, false, cell_p90},
	{"p99", 10, RANK_SAMPLES, false, cell_p99},
	{"MAD", 9, RANK_SAMPLES, false, cell_mad},
	{"n", 5, RANK_COUNT, false, cell_count},
	{"min to p99", SPARK_CELLS + 2, RANK_SPARK, false, cell_spark},
	{"less", 0, RANK_REMARK, true, cell_remark},
};

enum { COLUMNS = COUNT(columns) };

/* How wide the columns are whose content decides, and the highest rank of column for which there is room. */
struct widths {
	int name, remark, bar;
	unsigned most_rank;
};

static int width_of(const struct widths *widths, unsigned most_rank)
{
	int width = widths->name;

	for (unsigned i = 0; i < COLUMNS; i++)
		if (columns[i].rank <= most_rank)
			width += 1 + (columns[i].is_left ? 1 + widths->remark : columns[i].width);
	return width;
}

static struct widths fit_widths(const struct report *report, int room)
{
	struct widths widths = {.most_rank = RANK_DECILES};
	char text[CELL_SIZE];

	for (unsigned i = 0; i < report->count; i++) {
		const struct result *result = &report->results[i];
		const int name = (int)strlen(result->row->name);

		cell_remark(text, report, result);
		widths.name = name + 2 > widths.name ? name + 2 : widths.name;
		widths.remark = (int)strlen(text) > widths.remark ? (int)strlen(text) : widths.remark;
	}
	while (widths.most_rank > RANK_ALWAYS && width_of(&widths, widths.most_rank) > room)
		widths.most_rank--;
	const int left = room - widths.name - SLOWDOWN_WIDTH;
	widths.bar = left > BAR_CELLS ? BAR_CELLS : left > 0 ? left : 0;
	return widths;
}

/* How many columns UTF-8 text takes: one for each character. */
static int columns_of(const char *text)
{
	int count = 0;

	for (; *text != '\0'; text++)
		count += !utf8_continues(*text);
	return count;
}

static void print_cell(const struct column *column, const char *text, FILE *out)
{
	if (column->is_left)
		fprintf(out, "%s%s", text[0] != '\0' ? "  " : "", text);
	else
		fprintf(out, " %*s%s", column->width - columns_of(text), "", text);
}

static void print_titles(const struct widths *widths, FILE *out)
{
	fprintf(out, "%-*s", widths->name, "ns");
	for (unsigned i = 0; i < COLUMNS; i++)
		if (columns[i].rank <= widths->most_rank)
			print_cell(&columns[i], columns[i].title, out);
	fputc('\n', out);
}

static void print_failure(const struct result *result, const struct widths *widths, FILE *out)
{
	fprintf(out, "  %-*s %s\n", widths->name - 2, result->row->name,
		result->failure != NULL ? result->failure : "not measured");
}

static void print_result(const struct report *report, const struct result *result, const struct widths *widths,
			 FILE *out)
{
	char text[CELL_SIZE];

	if (result->raw.count == 0) {
		print_failure(result, widths, out);
		return;
	}
	fprintf(out, "  %-*s", widths->name - 2, result->row->name);
	for (unsigned i = 0; i < COLUMNS; i++) {
		if (columns[i].rank > widths->most_rank)
			continue;
		columns[i].make(text, report, result);
		print_cell(&columns[i], text, out);
	}
	fprintf(out, "%s%s\n", result->failure != NULL ? "  then: " : "",
		result->failure != NULL ? result->failure : "");
}

static void print_rows(const struct report *report, const struct widths *widths, FILE *out)
{
	const char *group = "";

	print_titles(widths, out);
	for (unsigned i = 0; i < report->count; i++) {
		if (strcmp(report->results[i].row->group, group) != 0)
			fprintf(out, "%s\n", report->results[i].row->group);
		group = report->results[i].row->group;
		print_result(report, &report->results[i], widths, out);
	}
}

/* ---- the price of control ---- */

/* A bar, full up to the low end of the interval and shaded up to its high end. */
static void print_bar(const struct estimate *slowdown, double most, int cells, FILE *out)
{
	const double cell = most / cells;

	for (int i = 0; i < cells && (i + 0.5) * cell < slowdown->high; i++)
		fputs((i + 0.5) * cell < slowdown->low ? "█" : "░", out);
}

static void print_slowdown(const struct result *result, double most, const struct widths *widths, FILE *out)
{
	char value[VALUE_TEXT], between[CELL_SIZE];

	if (isnan(result->slowdown.value)) {
		print_failure(result, widths, out);
		return;
	}
	put_interval(between, &result->slowdown);
	fprintf(out, "  %-*s %11s %20s  ", widths->name - 2, result->row->name,
		report_slowdown(value, &result->slowdown), between);
	if (result->slowdown.value <= most)
		print_bar(&result->slowdown, most, widths->bar, out);
	fprintf(out, "%s%s%s\n", result->label[0] != '\0' ? "(" : "", result->label,
		result->label[0] != '\0' ? ")" : "");
}

static void print_control(const struct report *report, const struct widths *widths, FILE *out)
{
	const double most = report_most_slowdown(report);
	char value[VALUE_TEXT], between[CELL_SIZE];
	bool has_title = false;

	for (unsigned i = 0; i < report->count; i++) {
		if (report->results[i].row->source != SOURCE_CONTROL)
			continue;
		if (!has_title)
			fputs("the price of control: the same computation, times what it takes in ring 3 without a "
			      "timer\n",
			      out);
		has_title = true;
		print_slowdown(&report->results[i], most, widths, out);
	}
	put_interval(between, &report->tick_cost);
	if (!isnan(report->tick_cost.value))
		fprintf(out, "  a tick takes %s ns from the process (95 %%: %s), fitted at 100 and 1000 Hz\n",
			report_value(value, &report->tick_cost, estimate_holds_zero(&report->tick_cost)), between);
}

void report_table(const struct report *report, FILE *out)
{
	const struct environment *environment = &report->environment;
	const unsigned width = tty_width(fileno(out));
	const struct widths widths = fit_widths(report, width > 0 ? (int)width : INT_MAX);

	fprintf(out, "%s; %s; %s, ring 0 %s; %u rounds in %.1f s\n", environment_value(environment, "cpu"),
		environment_value(environment, "kernel"), environment_value(environment, "kvm"),
		environment_value(environment, "ring0"), report->rounds, report->seconds);
	print_rows(report, &widths, out);
	print_control(report, &widths, out);
	for (unsigned i = 0; i < report->note_count; i++)
		fprintf(out, "note: %s\n", report->notes[i]);
}
