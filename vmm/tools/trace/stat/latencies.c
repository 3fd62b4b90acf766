/* SPDX-License-Identifier: MIT */
/* Follows ticks and page faults through a trace: see latencies.h. */
#include "tools/trace/stat/latencies.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"
#include "ringside/traps.h"
#include "text/names.h"

enum { IRQS_OF_8259 = 8, NS_PER_US = 1000, CELL_SIZE = 32 };

static uint64_t ns_between(const struct trace_clock *clock, uint64_t from, uint64_t to)
{
	return trace_clock_ticks_ns(clock, to > from ? to - from : 0);
}

/* ---- ticks ---- */

/* Adds the steps that are known once the guest was entered and its handler has told of itself. */
static void end_tick(struct latencies *latencies, const struct trace_clock *clock)
{
	const uint64_t waited = ns_between(clock, latencies->raised, latencies->handled);

	histogram_add(&latencies->steps[TICK_HANDLED], ns_between(clock, latencies->entered, latencies->handled));
	histogram_add(&latencies->steps[TICK_ALL],
		      waited > UINT64_MAX - latencies->late ? UINT64_MAX : waited + latencies->late);
	latencies->raised = 0;
}

/* The VMM tells of a tick after the exit at which it has raised and perhaps injected it. */
static void take_tick(struct latencies *latencies, const struct event_record *event, bool counts)
{
	latencies->uninjected += latencies->raised != 0 && !latencies->injected;
	latencies->raised = 0;
	if (!counts)
		return;
	latencies->ticks++;
	latencies->coalesced += event->b;
	latencies->raised = event->tsc;
	latencies->late = event->a;
	latencies->injected = latencies->exit_injects;
	latencies->entered = latencies->handled = 0;
	histogram_add(&latencies->steps[TICK_RAISED], event->a);
}

static void take_handler(struct latencies *latencies, const struct trace_clock *clock, const struct event_record *event)
{
	if (latencies->raised == 0 || !latencies->injected || event->a != RINGSIDE_TRAP_TIMER)
		return;
	latencies->handled = event->tsc;
	if (latencies->entered != 0)
		end_tick(latencies, clock);
}

/* An exit tells when the guest was entered, which is after the events that it wrote since then. */
static void take_exit(struct latencies *latencies, const struct trace_clock *clock, const struct exit_record *exit)
{
	if (latencies->raised != 0 && latencies->injected && latencies->entered == 0) {
		latencies->entered = exit->entry;
		histogram_add(&latencies->steps[TICK_ENTERED], ns_between(clock, latencies->raised, exit->entry));
		if (latencies->handled != 0)
			end_tick(latencies, clock);
	}
	/* IRQ 0 has the first vector of its 8259A. */
	const bool injects = (exit->flags & RECORD_INJECTED) != 0 && exit->vector % IRQS_OF_8259 == 0;

	latencies->exit_injects = injects;
	if (injects)
		latencies->injected = true;
}

/* ---- pages ---- */

static void take_page(struct latencies *latencies, const struct trace_clock *clock, const struct event_record *event)
{
	if (latencies->fault != 0 && event->pid == latencies->fault_pid && event->b < COUNT(latencies->pages))
		histogram_add(&latencies->pages[event->b], ns_between(clock, latencies->fault, event->tsc));
	latencies->fault = 0;
}

void latencies_record(struct latencies *latencies, const struct trace_clock *clock, const union record *record,
		      bool counts)
{
	const struct event_record *event = &record->event;

	if (clock->tsc_khz == 0)
		return;
	if (!record_is_event(record)) {
		take_exit(latencies, clock, &record->exit);
		return;
	}
	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_TICK:
		take_tick(latencies, event, counts);
		break;
	case RINGSIDE_EVENT_INTERRUPT:
	case RINGSIDE_EVENT_NESTED:
		take_handler(latencies, clock, event);
		break;
	case RINGSIDE_EVENT_EXCEPTION:
		latencies->fault = counts ? event->tsc : 0;
		latencies->fault_pid = event->pid;
		break;
	case RINGSIDE_EVENT_PAGE:
		take_page(latencies, clock, event);
		break;
	}
}

/* ---- output ---- */

static const struct {
	const char *name, *words;
} steps[] = {
#define ROW(step, name, words) {name, words},
	TICK_STEPS(ROW)
#undef ROW
};

#define COLUMNS                                                                                                        \
	{"Samples", 10, 0, false}, {"Min µs", 10, 3, false}, {"Mean", 10, 0, false}, {"p50", 10, 2, false},            \
		{"p90", 10, 4, false}, {"p99", 10, 0, false}, {"Max", 11, 1, false},
static const struct table_column tick_columns[] = {{"Tick", 30, 0, true}, COLUMNS};
static const struct table_column page_columns[] = {{"Page after a page fault", 30, 0, true}, COLUMNS};
#undef COLUMNS

static double mean_of(const struct histogram *histogram)
{
	return histogram->count > 0 ? (double)histogram->sum / (double)histogram->count : 0;
}

static void print_row(const struct table *table, const char *words, const struct histogram *histogram)
{
	const double ns[] = {
		(double)histogram->min,
		mean_of(histogram),
		(double)histogram_percentile(histogram, 50),
		(double)histogram_percentile(histogram, 90),
		(double)histogram_percentile(histogram, 99),
		(double)histogram->max,
	};
	char text[COUNT(ns) + 1][CELL_SIZE];
	const char *cells[COUNT(ns) + 2] = {words, text[COUNT(ns)]};

	snprintf(text[COUNT(ns)], CELL_SIZE, "%" PRIu64, histogram->count);
	for (unsigned i = 0; i < COUNT(ns); i++) {
		snprintf(text[i], CELL_SIZE, "%.2f", ns[i] / NS_PER_US);
		cells[i + 2] = text[i];
	}
	if (histogram->count > 0)
		table_row(table, cells);
}

static void print_ticks(const struct latencies *latencies, struct page *page)
{
	struct table table;

	if (latencies->ticks == 0)
		return;
	table_start(&table, page, tick_columns, COUNT(tick_columns));
	table_titles(&table);
	for (unsigned i = 0; i < TICK_STEP_COUNT; i++)
		print_row(&table, steps[i].words, &latencies->steps[i]);
	page_print(page, 0,
		   "%" PRIu64 " more periods coalesced; %" PRIu64
		   " ticks not injected before the next one: the guest polled for them, or they became one",
		   latencies->coalesced, latencies->uninjected);
}

void latencies_print(const struct latencies *latencies, struct page *page)
{
	uint64_t pages = 0;
	struct table table;

	print_ticks(latencies, page);
	for (unsigned i = 0; i < RINGSIDE_PAGE_DEED_COUNT; i++)
		pages += latencies->pages[i].count;
	if (pages == 0)
		return;
	table_start(&table, page, page_columns, COUNT(page_columns));
	table_titles(&table);
	for (unsigned i = 0; i < RINGSIDE_PAGE_DEED_COUNT; i++)
		print_row(&table, argument_words("#did", i), &latencies->pages[i]);
}

static void put_histogram(struct json_writer *json, const char *name, const struct histogram *histogram)
{
	json_begin_object(json, name);
	json_put_unsigned(json, "samples", histogram->count);
	json_put_unsigned(json, "min", histogram->min);
	json_put_fixed(json, "mean", mean_of(histogram), 1);
	json_put_unsigned(json, "p50", histogram_percentile(histogram, 50));
	json_put_unsigned(json, "p90", histogram_percentile(histogram, 90));
	json_put_unsigned(json, "p99", histogram_percentile(histogram, 99));
	json_put_unsigned(json, "max", histogram->max);
	json_end(json);
}

void latencies_put_json(const struct latencies *latencies, struct json_writer *json)
{
	json_begin_object(json, "ticks");
	json_put_unsigned(json, "raised", latencies->ticks);
	json_put_unsigned(json, "coalesced", latencies->coalesced);
	json_put_unsigned(json, "not_injected", latencies->uninjected);
	for (unsigned i = 0; i < TICK_STEP_COUNT; i++)
		put_histogram(json, steps[i].name, &latencies->steps[i]);
	json_end(json);
	json_next_line(json, 1);
	json_begin_object(json, "pages");
	for (unsigned i = 0; i < RINGSIDE_PAGE_DEED_COUNT; i++)
		put_histogram(json, argument_code("#did", i), &latencies->pages[i]);
	json_end(json);
}
