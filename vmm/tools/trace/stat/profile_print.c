/* SPDX-License-Identifier: MIT */
/* Prints a profile: as tables for people, as JSON and as CSV for programs. Most frequent rows first. See profile.h. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/json.h"
#include "base/linux_names.h"
#include "base/units.h"
#include "text/exit_stat.h"
#include "text/names.h"
#include "tools/output/quote.h"
#include "tools/trace/stat/profile.h"

#define NS_PER_US 1000.0

/* ---- rows as they are printed ---- */

enum table { EXITS, SYSCALLS, EXCEPTIONS, INTERRUPTS, TABLES };

static const struct {
	const char *title; /* for people */
	const char *name;  /* in JSON and CSV */
	const char *unnamed;
} tables[TABLES] = {
	[EXITS] = {"VM exit", "exit", "reason"},
	[SYSCALLS] = {"System call", "syscall", "syscall"},
	[EXCEPTIONS] = {"Exception", "exception", "vector"},
	[INTERRUPTS] = {"Interrupt", "interrupt", "vector"},
};

enum { ROWS_MAX = PROFILE_SYSCALLS + 1 };

/* The rows of a table that occurred, in order, and the sums that shares are taken of. */
struct rows {
	enum table table;
	const struct profile_row *all;
	size_t count;
	uint16_t order[ROWS_MAX];
	uint64_t samples;
	double ticks;
};

/* A distribution in nanoseconds. */
struct times {
	uint64_t count;
	double total, min, mean, p50, p90, p99, max;
	double error; /* see stat_error() */
};

struct line {
	char name[32];
	uint64_t samples;
	double samples_percent, time_percent; /* time: the VMM's of exits, the guest's of traps */
	struct times guest, vmm;
};

static const struct profile_row *rows_of(const struct profile *profile, enum table table, size_t *count)
{
	switch (table) {
	case SYSCALLS:
		*count = COUNT(profile->syscalls);
		return profile->syscalls;
	case EXCEPTIONS:
		*count = COUNT(profile->exceptions);
		return profile->exceptions;
	case INTERRUPTS:
		*count = COUNT(profile->interrupts);
		return profile->interrupts;
	default:
		*count = COUNT(profile->exits);
		return profile->exits;
	}
}

static double row_ticks(const struct profile_row *row, enum table table)
{
	const struct histogram *histogram = table == EXITS ? row->vmm : row->guest;

	return histogram != NULL ? (double)histogram->sum : 0;
}

static struct rows order_rows(const struct profile *profile, enum table table)
{
	struct rows rows = {.table = table};
	uint64_t counts[ROWS_MAX];
	size_t count;

	/* An exit's share is of all exits, a trap's of all traps. */
	for (enum table other = 0; other < TABLES; other++) {
		const struct profile_row *row = rows_of(profile, other, &count);
		for (size_t i = 0; i < count && (other == EXITS) == (table == EXITS); i++) {
			rows.samples += row[i].count;
			rows.ticks += row_ticks(&row[i], other);
		}
	}
	rows.all = rows_of(profile, table, &count);
	for (size_t i = 0; i < count; i++)
		counts[i] = rows.all[i].count;
	rows.count = stat_order(counts, count, rows.order);
	return rows;
}

static struct times times_of(const struct histogram *histogram, const struct trace_clock *clock)
{
	if (histogram == NULL)
		return (struct times){.error = -1};
	return (struct times){
		.count = histogram->count,
		.total = stat_ns(clock, (double)histogram->sum),
		.min = stat_ns(clock, (double)histogram->min),
		.mean = stat_ns(clock, (double)histogram->sum / (double)histogram->count),
		.p50 = stat_ns(clock, (double)histogram_percentile(histogram, 50)),
		.p90 = stat_ns(clock, (double)histogram_percentile(histogram, 90)),
		.p99 = stat_ns(clock, (double)histogram_percentile(histogram, 99)),
		.max = stat_ns(clock, (double)histogram->max),
		.error = stat_error(histogram->count, (double)histogram->sum, histogram->squares),
	};
}

static void put_name(char *name, size_t size, enum table table, unsigned number)
{
	const char *known = table == EXITS	? exit_name(number)
			    : table == SYSCALLS ? syscall_name(number)
						: trap_mnemonic(number);
	unsigned beyond = table == EXITS ? RINGSIDE_EXIT_LIMIT : table == SYSCALLS ? PROFILE_SYSCALLS : PROFILE_VECTORS;

	if (known != NULL)
		snprintf(name, size, "%s", known);
	else
		snprintf(name, size, "%s %s%u", tables[table].unnamed, number == beyond ? ">= " : "", number);
}

static struct line line_of(const struct rows *rows, size_t i, const struct trace_clock *clock)
{
	const struct profile_row *row = &rows->all[rows->order[i]];
	struct line line = {
		.samples = row->count,
		.samples_percent = stat_percent((double)row->count, (double)rows->samples),
		.time_percent = stat_percent(row_ticks(row, rows->table), rows->ticks),
		.guest = times_of(row->guest, clock),
		.vmm = times_of(row->vmm, clock),
	};

	put_name(line.name, sizeof(line.name), rows->table, rows->order[i]);
	return line;
}

/* ---- processes as they are printed ---- */

struct process_line {
	uint32_t pid;
	const char *program;	  /* NULL = not known */
	double user, kernel, vmm; /* ns */
	uint64_t switches;
};

struct process_order {
	const struct profile_process *list[PROFILE_PROCESSES + 1];
	size_t count;
};

static int by_pid(const void *left, const void *right)
{
	const struct profile_process *const *a = left, *const *b = right;

	return (*a)->slot.pid < (*b)->slot.pid ? -1 : (*a)->slot.pid > (*b)->slot.pid;
}

static bool has_run(const struct profile_process *process)
{
	return process->user + process->kernel + process->vmm > 0;
}

/* Sorts the processes that ran by pid; those that had no room of their own come last, as one. */
static void order_processes(const struct profile *profile, struct process_order *order)
{
	order->count = 0;
	for (size_t i = 0; i < COUNT(profile->processes); i++)
		if (has_run(&profile->processes[i]))
			order->list[order->count++] = &profile->processes[i];
	qsort(order->list, order->count, sizeof(order->list[0]), by_pid);
	if (has_run(&profile->others))
		order->list[order->count++] = &profile->others;
}

static const char *program_of(const struct profile *profile, const struct profile_process *process)
{
	if (process == &profile->others)
		return "(others)";
	if (process->slot.pid == 0)
		return "(kernel)";
	return profile->symbols != NULL ? symbols_image_name(profile->symbols, process->image) : NULL;
}

static struct process_line process_line_of(const struct profile *profile, const struct profile_process *process,
					   const struct trace_clock *clock)
{
	return (struct process_line){
		.pid = process->slot.pid,
		.program = program_of(profile, process),
		.user = stat_ns(clock, (double)process->user),
		.kernel = stat_ns(clock, (double)process->kernel),
		.vmm = stat_ns(clock, (double)process->vmm),
		.switches = process->switches,
	};
}

/* ---- tables ---- */

static void print_times(FILE *out, const char *where, const struct times *times)
{
	if (times->count == 0) {
		fprintf(out, "  %-5s %10s\n", where, "-");
		return;
	}
	fprintf(out, "  %-5s %10.2f %10.2f %10.2f %10.2f %10.2f %12.2f\n", where, times->min / NS_PER_US,
		times->mean / NS_PER_US, times->p50 / NS_PER_US, times->p90 / NS_PER_US, times->p99 / NS_PER_US,
		times->max / NS_PER_US);
}

static void print_rows(const struct rows *rows, const struct trace_clock *clock, FILE *out)
{
	if (rows->count > 0)
		fprintf(out, "%-18s %10s %9s %9s  %-5s %10s %10s %10s %10s %10s %12s\n", tables[rows->table].title,
			"Samples", "Samples%", "Time%", "us", "Min", "Mean", "p50", "p90", "p99", "Max");
	for (size_t i = 0; i < rows->count; i++) {
		struct line line = line_of(rows, i, clock);
		fprintf(out, "%-18s %10" PRIu64 " %8.2f%% %8.2f%%", line.name, line.samples, line.samples_percent,
			line.time_percent);
		print_times(out, "VMM", &line.vmm);
		fprintf(out, "%49s", "");
		print_times(out, "guest", &line.guest);
	}
}

static void print_process_times(FILE *out, const struct process_line *line)
{
	fprintf(out, " %12.3f %12.3f %12.3f %10" PRIu64 "\n", line->user / NS_PER_MS, line->kernel / NS_PER_MS,
		line->vmm / NS_PER_MS, line->switches);
}

static void print_processes(const struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	struct process_order order;
	struct process_line total = {0};

	order_processes(profile, &order);
	if (order.count > 0)
		fprintf(out, "\n%-7s %-21s %12s %12s %12s %10s\n", "Process", "program", "ring 3 ms", "ring 0 ms",
			"VMM ms", "Switches");
	for (size_t i = 0; i < order.count; i++) {
		struct process_line line = process_line_of(profile, order.list[i], clock);
		fprintf(out, "%7" PRIu32 " %-21s", line.pid, line.program != NULL ? line.program : "-");
		print_process_times(out, &line);
		total.user += line.user;
		total.kernel += line.kernel;
		total.vmm += line.vmm;
		total.switches += line.switches;
	}
	fprintf(out, "%-29s", "  total");
	print_process_times(out, &total);
}

void profile_print(const struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	uint16_t events[RINGSIDE_EVENT_COUNT];

	for (enum table table = 0; table < TABLES; table++) {
		struct rows rows = order_rows(profile, table);
		print_rows(&rows, clock, out);
		if (rows.count > 0 && table + 1 < TABLES)
			fputc('\n', out);
	}
	print_processes(profile, clock, out);
	size_t count = stat_order(profile->events, COUNT(profile->events), events);
	if (count > 0)
		fprintf(out, "\n%-18s %10s\n", "Guest event", "Samples");
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%-18s %10" PRIu64 "\n", event_name(events[i]), profile->events[events[i]]);
}

/* ---- JSON: times are nanoseconds ---- */

static void put_times(struct json_writer *json, const char *name, const struct times *times)
{
	json_begin_object(json, name);
	json_put_unsigned(json, "samples", times->count);
	json_put_fixed(json, "total", times->total, 1);
	json_put_fixed(json, "min", times->min, 1);
	json_put_fixed(json, "mean", times->mean, 1);
	json_put_fixed(json, "p50", times->p50, 1);
	json_put_fixed(json, "p90", times->p90, 1);
	json_put_fixed(json, "p99", times->p99, 1);
	json_put_fixed(json, "max", times->max, 1);
	json_end(json);
}

static void put_line(struct json_writer *json, const char *kind, const struct line *line)
{
	json_next_line(json, 2);
	json_begin_object(json, NULL);
	if (kind != NULL)
		json_put_string(json, "kind", kind);
	json_put_string(json, "name", line->name);
	json_put_unsigned(json, "samples", line->samples);
	json_put_fixed(json, "samples_percent", line->samples_percent, 4);
	json_put_fixed(json, "time_percent", line->time_percent, 4);
	put_times(json, "vmm_ns", &line->vmm);
	if (line->vmm.error >= 0)
		json_put_fixed(json, "vmm_mean_error_percent", line->vmm.error, 4);
	else
		json_put_null(json, "vmm_mean_error_percent");
	put_times(json, "guest_ns", &line->guest);
	json_end(json);
}

static void put_processes(struct json_writer *json, const struct profile *profile, const struct trace_clock *clock)
{
	struct process_order order;

	order_processes(profile, &order);
	json_begin_array(json, "processes");
	for (size_t i = 0; i < order.count; i++) {
		struct process_line line = process_line_of(profile, order.list[i], clock);
		json_next_line(json, 2);
		json_begin_object(json, NULL);
		json_put_unsigned(json, "pid", line.pid);
		json_put_string(json, "program", line.program);
		json_put_fixed(json, "ring3_ns", line.user, 1);
		json_put_fixed(json, "ring0_ns", line.kernel, 1);
		json_put_fixed(json, "vmm_ns", line.vmm, 1);
		json_put_unsigned(json, "switches", line.switches);
		json_end(json);
	}
	json_end(json);
}

void profile_print_json(const struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	struct rows rows = order_rows(profile, EXITS);
	uint16_t order[RINGSIDE_EVENT_COUNT];
	size_t count = stat_order(profile->events, COUNT(profile->events), order);
	uint64_t exits = 0, events = 0;
	double vmm = 0, guest = 0;
	struct json_writer json;

	json_start(&json, out);
	json_begin_object(&json, NULL);
	json_begin_array(&json, "exits");
	for (size_t i = 0; i < rows.count; i++) {
		struct line line = line_of(&rows, i, clock);
		put_line(&json, NULL, &line);
		exits += line.samples;
		vmm += line.vmm.total;
		guest += line.guest.total;
	}
	json_end(&json);
	json_next_line(&json, 1);
	json_begin_array(&json, "transitions");
	for (enum table table = SYSCALLS; table < TABLES; table++) {
		rows = order_rows(profile, table);
		for (size_t i = 0; i < rows.count; i++) {
			struct line line = line_of(&rows, i, clock);
			put_line(&json, tables[table].name, &line);
		}
	}
	json_end(&json);
	json_next_line(&json, 1);
	put_processes(&json, profile, clock);
	json_next_line(&json, 1);
	json_begin_array(&json, "events");
	for (size_t i = 0; i < count; i++) {
		json_next_line(&json, 2);
		json_begin_object(&json, NULL);
		json_put_string(&json, "name", event_name(order[i]));
		json_put_unsigned(&json, "samples", profile->events[order[i]]);
		json_end(&json);
		events += profile->events[order[i]];
	}
	json_end(&json);
	json_next_line(&json, 1);
	json_begin_object(&json, "total");
	json_put_unsigned(&json, "exits", exits);
	json_put_unsigned(&json, "events", events);
	json_put_fixed(&json, "vmm_ns", vmm, 1);
	json_put_fixed(&json, "guest_ns", guest, 1);
	json_end(&json);
	json_end(&json);
	fputc('\n', out);
}

/* ---- CSV: one table of all ---- */

#define TIMES_COLUMNS(where)                                                                                           \
	where "_total_ns," where "_min_ns," where "_mean_ns," where "_p50_ns," where "_p90_ns," where "_p99_ns," where \
	      "_max_ns,"

static void print_csv_times(FILE *out, const struct times *times)
{
	fprintf(out, ",%.1f,%.1f,%.1f,%.1f,%.1f,%.1f,%.1f", times->total, times->min, times->mean, times->p50,
		times->p90, times->p99, times->max);
}

void profile_print_csv(const struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	struct process_order order;
	uint16_t events[RINGSIDE_EVENT_COUNT];

	fputs("table,pid,name,samples,samples_percent,time_percent," TIMES_COLUMNS("vmm")
		      TIMES_COLUMNS("guest") "ring3_ns,ring0_ns,switches\n",
	      out);
	for (enum table table = 0; table < TABLES; table++) {
		struct rows rows = order_rows(profile, table);
		for (size_t i = 0; i < rows.count; i++) {
			struct line line = line_of(&rows, i, clock);
			fprintf(out, "%s,,%s,%" PRIu64 ",%.4f,%.4f", tables[table].name, line.name, line.samples,
				line.samples_percent, line.time_percent);
			print_csv_times(out, &line.vmm);
			print_csv_times(out, &line.guest);
			fputs(",,,\n", out);
		}
	}
	order_processes(profile, &order);
	for (size_t i = 0; i < order.count; i++) {
		struct process_line line = process_line_of(profile, order.list[i], clock);
		fprintf(out, "process,%" PRIu32 ",", line.pid);
		if (line.program != NULL)
			quote_put(line.program, '"', out);
		fprintf(out, ",,,,%.1f,,,,,,,%.1f,,,,,,,%.1f,%.1f,%" PRIu64 "\n", line.vmm, line.user + line.kernel,
			line.user, line.kernel, line.switches);
	}
	size_t count = stat_order(profile->events, COUNT(profile->events), events);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "event,,%s,%" PRIu64 ",,,,,,,,,,,,,,,,,,,\n", event_name(events[i]),
			profile->events[events[i]]);
}
