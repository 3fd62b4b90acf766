/* SPDX-License-Identifier: MIT */
/* The report as aligned text, for a terminal. Called by cmd/bench. */
#include <math.h>
#include <string.h>

#include "bench/report.h"

enum { SPARK_CELLS = 12, SPARK_LEVELS = 8, CELL_BYTES = 3, NAME_WIDTH = 18, BAR_CELLS = 40, INTERVAL_TEXT = 72 };

static const char *const levels[SPARK_LEVELS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

/* How the samples lie between the least and the 99th percentile. A cell with any sample shows. */
static const char *sparkline(char text[SPARK_CELLS * CELL_BYTES + 1], const struct result *result)
{
	size_t cells[SPARK_CELLS] = {0}, fullest = 1, used = 0;
	const double low = result->raw.min, width = (result->raw.p99 - low) / SPARK_CELLS;

	for (size_t i = 0; width > 0 && i < result->series->count; i++) {
		const double cell = (result->series->values[i] - low) / width;
		size_t *count = cell < SPARK_CELLS ? &cells[(size_t)cell] : &cells[SPARK_CELLS - 1];

		fullest = ++*count > fullest ? *count : fullest;
	}
	for (unsigned i = 0; i < SPARK_CELLS; i++) {
		const char *mark = cells[i] == 0 ? " " : levels[(cells[i] * SPARK_LEVELS - 1) / fullest];

		memcpy(text + used, mark, strlen(mark));
		used += strlen(mark);
	}
	text[used] = '\0';
	return text;
}

static const char *interval(char text[INTERVAL_TEXT], const struct estimate *estimate)
{
	char low[VALUE_TEXT], high[VALUE_TEXT];

	snprintf(text, INTERVAL_TEXT, "%s..%s", report_number(low, estimate->low), report_number(high, estimate->high));
	return text;
}

static void print_result(const struct report *report, const struct result *result, FILE *out)
{
	char value[VALUE_TEXT], cycles[VALUE_TEXT], between[INTERVAL_TEXT], spark[SPARK_CELLS * CELL_BYTES + 1];
	char cells[6][VALUE_TEXT];
	const struct summary *raw = &result->raw;

	if (raw->count == 0) {
		fprintf(out, "  %-*s %s\n", NAME_WIDTH, result->row->name,
			result->failure != NULL ? result->failure : "not measured");
		return;
	}
	report_number(cycles, report_cycles(report, result->net.value));
	fprintf(out, "  %-*s %11s %21s %10s %10s %10s %10s %10s %10s %9s %5zu %s|%s|", NAME_WIDTH, result->row->name,
		report_value(value, &result->net, result->is_nothing), interval(between, &result->net),
		result->is_nothing ? "-" : cycles, report_number(cells[0], raw->min), report_number(cells[1], raw->p10),
		report_number(cells[2], raw->median), report_number(cells[3], raw->p90),
		report_number(cells[4], raw->p99), report_number(cells[5], raw->mad), raw->count, "",
		sparkline(spark, result));
	fprintf(out, " %s%s%s%s%s%s\n", result->row->minus != NULL ? "- " : "",
		result->row->minus != NULL ? result->row->minus : "", result->label[0] != '\0' ? "  " : "",
		result->label, result->failure != NULL ? "  " : "", result->failure != NULL ? result->failure : "");
}

static void print_rows(const struct report *report, FILE *out)
{
	const char *group = "";

	fprintf(out, "%-*s %11s %21s %10s %10s %10s %10s %10s %10s %9s %5s  %-12s  %s\n", NAME_WIDTH + 2, "ns", "value",
		"95 % interval", "TSC ticks", "min", "p10", "median", "p90", "p99", "MAD", "n", "min to p99", "less");
	for (unsigned i = 0; i < report->count; i++) {
		if (strcmp(report->results[i].row->group, group) != 0)
			fprintf(out, "%s\n", report->results[i].row->group);
		group = report->results[i].row->group;
		print_result(report, &report->results[i], out);
	}
}

static void print_bar(const struct result *result, double most, FILE *out)
{
	const unsigned cells = (unsigned)(result->slowdown.value / most * BAR_CELLS + 0.5);

	char between[INTERVAL_TEXT];

	fprintf(out, "  %-*s %10.3f  %15s  ", NAME_WIDTH, result->row->name, result->slowdown.value,
		interval(between, &result->slowdown));
	for (unsigned i = 0; i < cells; i++)
		fputs("█", out);
	fprintf(out, "%s%s\n", result->label[0] != '\0' ? "  " : "", result->label);
}

/* The longest bar is that of the timers: a program that owns an emulated ring 0 would leave nothing to see. */
static double longest(const struct report *report)
{
	double most = 1;

	for (unsigned i = 0; i < report->count; i++)
		if (report->results[i].slowdown.value > most && report->results[i].label[0] == '\0')
			most = report->results[i].slowdown.value;
	return most;
}

static void print_control(const struct report *report, FILE *out)
{
	const double most = longest(report);
	char value[VALUE_TEXT], between[INTERVAL_TEXT];
	bool has_title = false;

	for (unsigned i = 0; i < report->count; i++) {
		const struct result *result = &report->results[i];

		if (has_title && result->row->source == SOURCE_CONTROL && result->failure != NULL)
			fprintf(out, "  %-*s %s\n", NAME_WIDTH, result->row->name, result->failure);
		if (isnan(result->slowdown.value))
			continue;
		if (!has_title)
			fputs("the price of control: the same computation, times what it takes in ring 3 without a "
			      "timer\n",
			      out);
		has_title = true;
		if (result->slowdown.value > most)
			fprintf(out, "  %-*s %10.0f  %15s  (%s)\n", NAME_WIDTH, result->row->name,
				result->slowdown.value, interval(between, &result->slowdown), result->label);
		else
			print_bar(result, most, out);
	}
	if (!isnan(report->tick_cost.value))
		fprintf(out, "  a tick takes %s ns from the process (95 %%: %s), fitted at 100 and 1000 Hz\n",
			report_value(value, &report->tick_cost, estimate_holds_zero(&report->tick_cost)),
			interval(between, &report->tick_cost));
}

void report_table(const struct report *report, FILE *out)
{
	const struct environment *environment = &report->environment;

	fprintf(out, "%s; %s; %s, ring 0 %s; %u rounds in %.0f s\n", environment_value(environment, "cpu"),
		environment_value(environment, "kernel"), environment_value(environment, "kvm"),
		environment_value(environment, "ring0"), report->rounds, report->seconds);
	print_rows(report, out);
	print_control(report, out);
	for (unsigned i = 0; i < report->note_count; i++)
		fprintf(out, "note: %s\n", report->notes[i]);
}
