/* SPDX-License-Identifier: MIT */
/* Turns a profile's rows into lines: see profile_lines.h. */
#include "tools/trace/stat/profile_lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/square_root.h"
#include "text/names.h"

#define PERCENT 100.0
#define NS_PER_MS 1e6
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *profile_table_name(enum profile_table table)
{
	static const char *const names[PROFILE_TABLES] = {
		[PROFILE_EXIT] = "exit",
		[PROFILE_SYSCALL] = "syscall",
		[PROFILE_EXCEPTION] = "exception",
		[PROFILE_INTERRUPT] = "interrupt",
	};
	return names[table];
}

struct rows {
	const struct profile_row *list;
	size_t count;
};

static struct rows rows_of(const struct profile *profile, enum profile_table table)
{
	switch (table) {
	case PROFILE_SYSCALL:
		return (struct rows){profile->syscalls, COUNT(profile->syscalls)};
	case PROFILE_EXCEPTION:
		return (struct rows){profile->exceptions, COUNT(profile->exceptions)};
	case PROFILE_INTERRUPT:
		return (struct rows){profile->interrupts, COUNT(profile->interrupts)};
	case PROFILE_EXIT:
	case PROFILE_TABLES:
		break;
	}
	return (struct rows){profile->exits, COUNT(profile->exits)};
}

/* The traps are one table when shares are taken: an exit's is of all exits, a trap's of all traps. */
static bool share_a_whole(enum profile_table a, enum profile_table b)
{
	return (a == PROFILE_EXIT) == (b == PROFILE_EXIT);
}

struct whole {
	uint64_t count;
	double ticks;
};

static double row_ticks(const struct profile_row *row, enum profile_table table)
{
	const struct histogram *histogram = table == PROFILE_EXIT ? row->vmm : row->guest;

	return histogram != NULL ? (double)histogram->sum : 0;
}

static struct whole sum_up(const struct profile *profile, enum profile_table table)
{
	struct whole whole = {0};

	for (enum profile_table other = 0; other < PROFILE_TABLES; other++) {
		struct rows rows = rows_of(profile, other);
		for (size_t i = 0; i < rows.count && share_a_whole(table, other); i++) {
			whole.count += rows.list[i].count;
			whole.ticks += row_ticks(&rows.list[i], other);
		}
	}
	return whole;
}

static double to_ns(const struct trace_clock *clock, double ticks)
{
	return ticks * NS_PER_MS / (double)clock->tsc_khz;
}

/* The standard deviation of the mean, in percent of the mean, as perf prints it. */
static double relative_error(const struct histogram *histogram)
{
	double n = (double)histogram->count, sum = (double)histogram->sum;

	if (histogram->count < 2 || histogram->sum == 0)
		return -1;
	double variance = (histogram->squares - sum * sum / n) / (n - 1);
	return variance > 0 ? PERCENT * square_root(variance / n) / (sum / n) : 0;
}

static struct profile_times times_of(const struct histogram *histogram, const struct trace_clock *clock)
{
	if (histogram == NULL)
		return (struct profile_times){.error = -1};
	return (struct profile_times){
		.count = histogram->count,
		.total = to_ns(clock, (double)histogram->sum),
		.min = to_ns(clock, (double)histogram->min),
		.mean = to_ns(clock, (double)histogram->sum / (double)histogram->count),
		.p50 = to_ns(clock, (double)histogram_percentile(histogram, 50)),
		.p90 = to_ns(clock, (double)histogram_percentile(histogram, 90)),
		.p99 = to_ns(clock, (double)histogram_percentile(histogram, 99)),
		.max = to_ns(clock, (double)histogram->max),
		.error = relative_error(histogram),
	};
}

static void put_name(char *name, size_t size, enum profile_table table, unsigned number)
{
	const char *known = table == PROFILE_EXIT      ? exit_name(number)
			    : table == PROFILE_SYSCALL ? syscall_name(number)
						       : trap_mnemonic(number);
	unsigned limit = table == PROFILE_SYSCALL ? PROFILE_SYSCALLS : PROFILE_VECTORS;

	if (known != NULL)
		snprintf(name, size, "%s", known);
	else if (table == PROFILE_EXIT)
		snprintf(name, size, "reason %u", number);
	else
		snprintf(name, size, "%s %s%u", table == PROFILE_SYSCALL ? "syscall" : "vector",
			 number == limit ? ">= " : "", number);
}

static double percent_of(double part, double whole)
{
	return whole > 0 ? PERCENT * part / whole : 0;
}

/* Most frequent first, then by number. */
static int by_count(const void *left, const void *right)
{
	const struct profile_row *const *a = left, *const *b = right;

	if ((*a)->count != (*b)->count)
		return (*a)->count < (*b)->count ? 1 : -1;
	return *a < *b ? -1 : *a > *b;
}

void profile_lines(const struct profile *profile, const struct trace_clock *clock, enum profile_table table,
		   void (*put)(void *context, const struct profile_line *line), void *context)
{
	const struct profile_row *sorted[PROFILE_SYSCALLS + 1];
	struct whole whole = sum_up(profile, table);
	struct rows rows = rows_of(profile, table);
	size_t count = 0;

	for (size_t i = 0; i < rows.count; i++)
		if (rows.list[i].count > 0)
			sorted[count++] = &rows.list[i];
	qsort(sorted, count, sizeof(sorted[0]), by_count);
	for (size_t i = 0; i < count; i++) {
		struct profile_line line = {
			.samples = sorted[i]->count,
			.samples_percent = percent_of((double)sorted[i]->count, (double)whole.count),
			.time_percent = percent_of(row_ticks(sorted[i], table), whole.ticks),
			.guest = times_of(sorted[i]->guest, clock),
			.vmm = times_of(sorted[i]->vmm, clock),
		};
		put_name(line.name, sizeof(line.name), table, (unsigned)(sorted[i] - rows.list));
		put(context, &line);
	}
}

void profile_event_lines(const struct profile *profile, void (*put)(void *context, const char *name, uint64_t samples),
			 void *context)
{
	bool given[RINGSIDE_EVENT_COUNT] = {false};

	for (;;) {
		unsigned best = RINGSIDE_EVENT_COUNT;
		for (unsigned i = 0; i < RINGSIDE_EVENT_COUNT; i++)
			if (!given[i] && profile->events[i] > 0 &&
			    (best == RINGSIDE_EVENT_COUNT || profile->events[i] > profile->events[best]))
				best = i;
		if (best == RINGSIDE_EVENT_COUNT)
			return;
		given[best] = true;
		put(context, event_name(best), profile->events[best]);
	}
}

static int by_pid(const void *left, const void *right)
{
	const struct profile_process *const *a = left, *const *b = right;

	return (*a)->pid < (*b)->pid ? -1 : (*a)->pid > (*b)->pid;
}

static const char *program_of(const struct profile *profile, const struct profile_process *process)
{
	if (process == &profile->others)
		return "(others)";
	if (process->pid == 0)
		return "(kernel)";
	return profile->symbols != NULL ? symbols_image_name(profile->symbols, process->image) : NULL;
}

static bool has_run(const struct profile_process *process)
{
	return process->user + process->kernel + process->vmm > 0;
}

void profile_process_lines(const struct profile *profile, const struct trace_clock *clock,
			   void (*put)(void *context, const struct profile_process_line *line), void *context)
{
	const struct profile_process *sorted[PROFILE_PROCESSES + 1];
	size_t count = 0;

	for (unsigned i = 0; i < PROFILE_PROCESSES; i++)
		if (has_run(&profile->processes[i]))
			sorted[count++] = &profile->processes[i];
	qsort(sorted, count, sizeof(sorted[0]), by_pid);
	if (has_run(&profile->others))
		sorted[count++] = &profile->others;
	for (size_t i = 0; i < count; i++) {
		struct profile_process_line line = {
			.pid = sorted[i]->pid,
			.program = program_of(profile, sorted[i]),
			.user = to_ns(clock, (double)sorted[i]->user),
			.kernel = to_ns(clock, (double)sorted[i]->kernel),
			.vmm = to_ns(clock, (double)sorted[i]->vmm),
			.switches = sorted[i]->switches,
		};
		put(context, &line);
	}
}
