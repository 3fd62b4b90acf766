/* SPDX-License-Identifier: MIT */
/* Adds up records, and prints the sums as a table or as JSON: see exit_stat.h. */
#include "text/exit_stat.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/array.h"
#include "base/json.h"
#include "base/square_root.h"
#include "base/units.h"
#include "text/names.h"

#define NS_PER_US 1000.0

void stat_init(struct exit_stat *stat)
{
	memset(stat, 0, sizeof(*stat));
}

static void widen(uint64_t *min, uint64_t *max, uint64_t ticks, bool first)
{
	if (first || ticks < *min)
		*min = ticks;
	if (first || ticks > *max)
		*max = ticks;
}

/* The guest was entered again at `entry`, so the handling of the last exit ended there. */
static void end_handling(struct exit_stat *stat, uint64_t entry)
{
	struct stat_row *row = &stat->exits[stat->open_kind];

	if (stat->open_tsc == 0)
		return;
	uint64_t ticks = entry > stat->open_tsc ? entry - stat->open_tsc : 0;
	ticks = ticks > stat->open_slept ? ticks - stat->open_slept : 0;
	widen(&row->vmm_min, &row->vmm_max, ticks, row->handled++ == 0);
	row->vmm_ticks += ticks;
	row->vmm_squares += (double)ticks * (double)ticks;
}

void stat_record(struct exit_stat *stat, const union record *record)
{
	const struct exit_record *exit = &record->exit;

	if (record_is_event(record)) {
		unsigned event = exit->kind - RECORD_EVENT;
		if (event < RINGSIDE_EVENT_COUNT)
			stat->events[event]++;
		return;
	}
	if (exit->kind >= RINGSIDE_EXIT_LIMIT)
		return;
	end_handling(stat, exit->entry);

	struct stat_row *row = &stat->exits[exit->kind];
	uint64_t ticks = exit->entry != 0 && exit->tsc > exit->entry ? exit->tsc - exit->entry : 0;
	widen(&row->guest_min, &row->guest_max, ticks, row->count++ == 0);
	row->guest_ticks += ticks;
	stat->open_tsc = exit->tsc;
	stat->open_slept = exit_slept(exit);
	stat->open_kind = exit->kind;
}

/* A row as it is printed: times in nanoseconds, and shares of the sums of all rows. */
struct figures {
	char name[24];
	uint64_t count;
	double count_share, time_share; /* percent */
	double vmm_total, vmm_min, vmm_max, vmm_mean;
	double vmm_error; /* see stat_error() */
	double guest_total, guest_min, guest_max, guest_mean;
};

struct sums {
	uint64_t exits;
	uint64_t events;
	uint64_t vmm_ticks;
	uint64_t guest_ticks;
};

static struct sums sum_up(const struct exit_stat *stat)
{
	struct sums sums = {0};

	for (unsigned i = 0; i < RINGSIDE_EXIT_LIMIT; i++) {
		sums.exits += stat->exits[i].count;
		sums.vmm_ticks += stat->exits[i].vmm_ticks;
		sums.guest_ticks += stat->exits[i].guest_ticks;
	}
	for (unsigned i = 0; i < RINGSIDE_EVENT_COUNT; i++)
		sums.events += stat->events[i];
	return sums;
}

double stat_ns(const struct trace_clock *clock, double ticks)
{
	return ticks * 1e6 / (double)clock->tsc_khz;
}

double stat_percent(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : 0;
}

double stat_error(uint64_t count, double sum, double squares)
{
	double n = (double)count;

	if (count < 2 || sum == 0)
		return -1;
	double variance = (squares - sum * sum / n) / (n - 1);
	return variance > 0 ? 100 * square_root(variance / n) / (sum / n) : 0;
}

size_t stat_order(const uint64_t *counts, size_t rows, uint16_t *order)
{
	size_t used = 0;

	for (size_t row = 0; row < rows; row++) {
		if (counts[row] == 0)
			continue;
		size_t place = used++;
		for (; place > 0 && counts[order[place - 1]] < counts[row]; place--)
			order[place] = order[place - 1];
		order[place] = (uint16_t)row;
	}
	return used;
}

static struct figures figures_of(const struct exit_stat *stat, unsigned reason, const struct sums *sums,
				 const struct trace_clock *clock)
{
	const struct stat_row *row = &stat->exits[reason];
	const char *name = exit_name(reason);
	struct figures figures = {
		.count = row->count,
		.count_share = stat_percent((double)row->count, (double)sums->exits),
		.time_share = stat_percent((double)row->vmm_ticks, (double)sums->vmm_ticks),
		.vmm_total = stat_ns(clock, (double)row->vmm_ticks),
		.vmm_min = stat_ns(clock, (double)row->vmm_min),
		.vmm_max = stat_ns(clock, (double)row->vmm_max),
		.vmm_mean = row->handled != 0 ? stat_ns(clock, (double)row->vmm_ticks / (double)row->handled) : 0,
		.vmm_error = stat_error(row->handled, (double)row->vmm_ticks, row->vmm_squares),
		.guest_total = stat_ns(clock, (double)row->guest_ticks),
		.guest_min = stat_ns(clock, (double)row->guest_min),
		.guest_max = stat_ns(clock, (double)row->guest_max),
		.guest_mean = row->count != 0 ? stat_ns(clock, (double)row->guest_ticks / (double)row->count) : 0,
	};

	if (name != NULL)
		snprintf(figures.name, sizeof(figures.name), "%s", name);
	else
		snprintf(figures.name, sizeof(figures.name), "reason %u", reason);
	return figures;
}

static size_t order_of_exits(const struct exit_stat *stat, uint16_t order[RINGSIDE_EXIT_LIMIT])
{
	uint64_t counts[RINGSIDE_EXIT_LIMIT];

	for (unsigned i = 0; i < RINGSIDE_EXIT_LIMIT; i++)
		counts[i] = stat->exits[i].count;
	return stat_order(counts, RINGSIDE_EXIT_LIMIT, order);
}

/* What an exit's row has; where there is not enough room, columns are left out from the highest rank on. */
static const struct table_column exit_columns[] = {
	{"VM exit", 16, 0, true},  {"Samples", 10, 0, false}, {"Samples %", 9, 4, false},
	{"Time %", 9, 2, false},   {"Min µs", 10, 5, false},  {"Max µs", 10, 1, false},
	{"Mean µs", 10, 0, false}, {"± %", 8, 6, false},      {"Guest µs", 10, 3, false},
};

static const struct table_column event_columns[] = {
	{"Guest event", 16, 0, true},
	{"Samples", 10, 0, false},
	{"Samples %", 9, 0, false},
};

enum { EXIT_COLUMNS = COUNT(exit_columns), EVENT_COLUMNS = COUNT(event_columns), CELL_SIZE = 32 };

static void put_cells(const struct table *table, const char *name, uint64_t count, const double *numbers)
{
	char text[EXIT_COLUMNS][CELL_SIZE];
	const char *cells[EXIT_COLUMNS] = {name, text[0]};

	snprintf(text[0], CELL_SIZE, "%" PRIu64, count);
	for (unsigned i = 2; i < table->count; i++) {
		if (numbers[i - 2] < 0)
			continue;
		snprintf(text[i], CELL_SIZE, "%.2f", numbers[i - 2]);
		cells[i] = text[i];
	}
	table_row(table, cells);
}

static void print_row(const struct figures *row, const struct table *table)
{
	const double numbers[] = {row->count_share,	      row->time_share,		 row->vmm_min / NS_PER_US,
				  row->vmm_max / NS_PER_US,   row->vmm_mean / NS_PER_US, row->vmm_error,
				  row->guest_mean / NS_PER_US};

	put_cells(table, row->name, row->count, numbers);
}

static void print_events(const struct exit_stat *stat, const struct sums *sums, struct page *page)
{
	uint16_t order[RINGSIDE_EVENT_COUNT];
	struct table table;

	if (sums->events == 0)
		return;
	table_start(&table, page, event_columns, EVENT_COLUMNS);
	table_titles(&table);
	size_t count = stat_order(stat->events, RINGSIDE_EVENT_COUNT, order);
	for (size_t i = 0; i < count; i++) {
		const uint64_t samples = stat->events[order[i]];
		const double share = stat_percent((double)samples, (double)sums->events);
		put_cells(&table, event_name(order[i]), samples, &share);
	}
	put_cells(&table, "total", sums->events, &(double){-1});
}

void stat_print(const struct exit_stat *stat, const struct trace_clock *clock, struct page *page)
{
	struct sums sums = sum_up(stat);
	uint16_t order[RINGSIDE_EXIT_LIMIT];
	size_t count = order_of_exits(stat, order);
	struct table table;

	table_start(&table, page, exit_columns, EXIT_COLUMNS);
	table_titles(&table);
	for (size_t i = 0; i < count; i++) {
		struct figures row = figures_of(stat, order[i], &sums, clock);
		print_row(&row, &table);
	}
	page_print(page, 2, "%-16s %10" PRIu64 "   in the VMM %.3f ms, in the guest %.3f ms", "total", sums.exits,
		   stat_ns(clock, (double)sums.vmm_ticks) / NS_PER_MS,
		   stat_ns(clock, (double)sums.guest_ticks) / NS_PER_MS);
	print_events(stat, &sums, page);
}

static void put_json_times(struct json_writer *json, const char *name, double total, double min, double max,
			   double mean)
{
	json_begin_object(json, name);
	json_put_fixed(json, "total", total, 1);
	json_put_fixed(json, "min", min, 1);
	json_put_fixed(json, "max", max, 1);
	json_put_fixed(json, "mean", mean, 1);
	json_end(json);
}

static void put_json_row(struct json_writer *json, const struct figures *row)
{
	json_begin_object(json, NULL);
	json_put_string(json, "name", row->name);
	json_put_unsigned(json, "samples", row->count);
	json_put_fixed(json, "samples_percent", row->count_share, 4);
	json_put_fixed(json, "time_percent", row->time_share, 4);
	put_json_times(json, "vmm_ns", row->vmm_total, row->vmm_min, row->vmm_max, row->vmm_mean);
	if (row->vmm_error >= 0)
		json_put_fixed(json, "vmm_mean_error_percent", row->vmm_error, 4);
	else
		json_put_null(json, "vmm_mean_error_percent");
	put_json_times(json, "guest_ns", row->guest_total, row->guest_min, row->guest_max, row->guest_mean);
	json_end(json);
}

void stat_print_json(const struct exit_stat *stat, const struct trace_clock *clock, FILE *out)
{
	struct sums sums = sum_up(stat);
	uint16_t order[RINGSIDE_EXIT_LIMIT], events[RINGSIDE_EVENT_COUNT];
	size_t count = order_of_exits(stat, order), event_count = stat_order(stat->events, COUNT(events), events);
	struct json_writer json;

	json_start(&json, out);
	json_begin_object(&json, NULL);
	json_begin_array(&json, "exits");
	for (size_t i = 0; i < count; i++) {
		struct figures row = figures_of(stat, order[i], &sums, clock);
		json_next_line(&json, 2);
		put_json_row(&json, &row);
	}
	json_end(&json);
	json_next_line(&json, 1);
	json_begin_array(&json, "events");
	for (size_t i = 0; i < event_count; i++) {
		json_next_line(&json, 2);
		json_begin_object(&json, NULL);
		json_put_string(&json, "name", event_name(events[i]));
		json_put_unsigned(&json, "samples", stat->events[events[i]]);
		json_end(&json);
	}
	json_end(&json);
	json_next_line(&json, 1);
	json_begin_object(&json, "total");
	json_put_unsigned(&json, "exits", sums.exits);
	json_put_unsigned(&json, "events", sums.events);
	json_put_fixed(&json, "vmm_ns", stat_ns(clock, (double)sums.vmm_ticks), 1);
	json_put_fixed(&json, "guest_ns", stat_ns(clock, (double)sums.guest_ticks), 1);
	json_end(&json);
	json_end(&json);
	fputc('\n', out);
}
