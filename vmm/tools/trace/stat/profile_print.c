/* SPDX-License-Identifier: MIT */
/* Prints a profile: as tables for people, as JSON and as CSV for programs. Most frequent rows first. See profile.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/json.h"
#include "base/linux_names.h"
#include "base/units.h"
#include "text/exit_stat.h"
#include "text/names.h"
#include "tools/output/quote.h"
#include "tools/trace/stat/call_print.h"
#include "tools/trace/stat/profile.h"

#define NS_PER_US 1000.0

/* ---- rows as they are printed ---- */

static const struct {
	const char *title; /* for people */
	const char *name;  /* in JSON and CSV */
	const char *unnamed;
} tables[TABLE_COUNT] = {
	[TABLE_EXITS] = {"VM exit", "exit", "reason"},
	[TABLE_SYSCALLS] = {"System call", "syscall", "syscall"},
	[TABLE_EXCEPTIONS] = {"Exception", "exception", "vector"},
	[TABLE_INTERRUPTS] = {"Interrupt", "interrupt", "vector"},
};

enum { ROWS_MAX = PROFILE_SYSCALLS + 1 };

/* The rows of a table that occurred, in order, and the sums that shares are taken of. */
struct rows {
	enum profile_table table;
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
	uint64_t samples, errors;
	double samples_percent, time_percent; /* time: the VMM's of exits, the guest's of traps */
	struct times guest, vmm, elapsed;     /* elapsed: of traps */
};

static double row_ticks(const struct profile_row *row, enum profile_table table)
{
	const struct histogram *histogram = table == TABLE_EXITS ? row->vmm : row->guest;

	return histogram != NULL ? (double)histogram->sum : 0;
}

/* ---- order ---- */

/* One of what is to be sorted: by the key, the greatest first, then by name, then as it was. */
struct place {
	double key;
	char name[32];
	uint16_t index;
};

static int compare_places(const void *left, const void *right)
{
	const struct place *a = left, *b = right;
	const int by_name = strcmp(a->name, b->name);

	if (a->key != b->key)
		return a->key > b->key ? -1 : 1;
	return by_name != 0 ? by_name : (int)a->index - (int)b->index;
}

static double row_key(const struct profile_row *row, enum profile_table table, enum profile_sort sort)
{
	const struct histogram *times = table == TABLE_EXITS ? row->vmm : row->guest;

	switch (sort) {
	case SORT_TIME:
		return row_ticks(row, table);
	case SORT_MEAN:
		return times != NULL ? (double)times->sum / (double)times->count : 0;
	case SORT_MAX:
		return times != NULL ? (double)times->max : 0;
	case SORT_ERRORS:
		return (double)row->errors;
	case SORT_NAME:
		return 0;
	default:
		return (double)row->count;
	}
}

const char *profile_table_name(enum profile_table table)
{
	return tables[table].name;
}

void profile_row_name(enum profile_table table, unsigned number, char *name, size_t size)
{
	const char *known = table == TABLE_EXITS      ? exit_name(number)
			    : table == TABLE_SYSCALLS ? syscall_name(number)
						      : trap_mnemonic(number);
	unsigned beyond = table == TABLE_EXITS	    ? RINGSIDE_EXIT_LIMIT
			  : table == TABLE_SYSCALLS ? PROFILE_SYSCALLS
						    : PROFILE_VECTORS;

	if (known != NULL)
		snprintf(name, size, "%s", known);
	else
		snprintf(name, size, "%s %s%u", tables[table].unnamed, number == beyond ? ">= " : "", number);
}

static void sort_rows(struct rows *rows, enum profile_sort sort)
{
	struct place places[ROWS_MAX];

	for (size_t i = 0; i < rows->count; i++) {
		places[i] = (struct place){.key = row_key(&rows->all[rows->order[i]], rows->table, sort),
					   .index = rows->order[i]};
		if (sort == SORT_NAME)
			profile_row_name(rows->table, rows->order[i], places[i].name, sizeof(places[i].name));
	}
	qsort(places, rows->count, sizeof(places[0]), compare_places);
	for (size_t i = 0; i < rows->count; i++)
		rows->order[i] = places[i].index;
}

static struct rows order_rows(const struct profile *profile, enum profile_table table)
{
	struct rows rows = {.table = table};
	size_t count;

	/* An exit's share is of all exits, a trap's of all traps. */
	for (enum profile_table other = 0; other < TABLE_COUNT; other++) {
		const struct profile_row *row = profile_rows(profile, other, &count);
		for (size_t i = 0; i < count && (other == TABLE_EXITS) == (table == TABLE_EXITS); i++) {
			rows.samples += row[i].count;
			rows.ticks += row_ticks(&row[i], other);
		}
	}
	rows.all = profile_rows(profile, table, &count);
	for (size_t i = 0; i < count; i++)
		if (rows.all[i].count > 0)
			rows.order[rows.count++] = (uint16_t)i;
	sort_rows(&rows, profile->choice.sort);
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

static struct line line_of(const struct rows *rows, size_t i, const struct trace_clock *clock)
{
	const struct profile_row *row = &rows->all[rows->order[i]];
	struct line line = {
		.samples = row->count,
		.errors = row->errors,
		.samples_percent = stat_percent((double)row->count, (double)rows->samples),
		.time_percent = stat_percent(row_ticks(row, rows->table), rows->ticks),
		.guest = times_of(row->guest, clock),
		.vmm = times_of(row->vmm, clock),
		.elapsed = times_of(row->elapsed, clock),
	};

	profile_row_name(rows->table, rows->order[i], line.name, sizeof(line.name));
	return line;
}

/* Those who had time, as time_sums_order() has them or, of processes, in the chosen order. Returns how many. */
static size_t order_processes(const struct profile *profile, const struct time_sum *order[TIME_OWNER_COUNT])
{
	const struct time_sum *unsorted[TIME_OWNER_COUNT];
	const size_t count = time_sums_order(&profile->time, unsorted);
	const enum profile_sort sort = profile->choice.sort;
	struct place places[TIME_OWNER_COUNT];
	size_t first = 0, end = count;

	while (first < count && !time_sum_is_process(&profile->time, unsorted[first]))
		first++;
	while (end > first && !time_sum_is_process(&profile->time, unsorted[end - 1]))
		end--;
	for (size_t i = 0; i < count; i++) {
		const char *program = time_sum_program(&profile->time, unsorted[i]);

		places[i] = (struct place){.index = (uint16_t)i};
		if (sort == SORT_TIME)
			places[i].key = (double)time_sum_ticks(unsorted[i]);
		if (sort == SORT_NAME && program != NULL)
			snprintf(places[i].name, sizeof(places[i].name), "%s", program);
	}
	qsort(places + first, end - first, sizeof(places[0]), compare_places);
	for (size_t i = 0; i < count; i++)
		order[i] = unsorted[places[i].index];
	return count;
}

/* ---- tables ---- */

enum { CELL_SIZE = 32, MINIMUM = 5, EXPRESSION_SHOWN = 512 };

/* Traps and exits have two lines each. Where there is not enough room, columns are left out from the highest rank on.
 */
#define ROW_COLUMNS                                                                                                    \
	{"Samples", 10, 0, false}, {"Samples %", 9, 4, false}, {"Time %", 9, 2, false}, {"µs", 8, 0, true},            \
		{"Min", 10, 5, false}, {"Mean", 10, 0, false}, {"p50", 10, 3, false}, {"p90", 10, 6, false},           \
		{"p99", 10, 0, false}, {"Max", 11, 1, false},
static const struct table_column row_columns[TABLE_COUNT][11] = {
	[TABLE_EXITS] = {{"VM exit", 18, 0, true}, ROW_COLUMNS},
	[TABLE_SYSCALLS] = {{"System call", 18, 0, true}, ROW_COLUMNS},
	[TABLE_EXCEPTIONS] = {{"Exception", 18, 0, true}, ROW_COLUMNS},
	[TABLE_INTERRUPTS] = {{"Interrupt", 18, 0, true}, ROW_COLUMNS},
};
#undef ROW_COLUMNS

static const struct table_column process_columns[] = {
	{"Process", 7, 0, false},    {"program", 14, 0, true},	  {"ring 3 ms", 12, 0, false},
	{"ring 0 ms", 11, 0, false}, {"untold ms", 10, 5, false}, {"VMM ms", 10, 1, false},
	{"waited ms", 10, 4, false}, {"host ms", 11, 2, false},	  {"total ms", 12, 0, false},
	{"Switches", 9, 3, false},
};

/* The shares that are columns. A process has no others. */
static const enum share process_shares[] = {SHARE_USER, SHARE_KERNEL,  SHARE_UNTOLD,
					    SHARE_VMM,	SHARE_BLOCKED, SHARE_HOST};

static const struct table_column time_columns[][3] = {
	{{"Time of the run", 26, 0, true}, {"ms", 14, 0, false}, {"%", 9, 0, false}},
	{{"Time of the range", 26, 0, true}, {"ms", 14, 0, false}, {"%", 9, 0, false}},
};

static const struct table_column counter_columns[] = {{"Counter of KVM", 30, 0, true}, {"Change", 16, 0, false}};

static const struct table_column event_columns[] = {{"Guest event", 18, 0, true}, {"Samples", 10, 0, false}};

enum { ROW_CELLS = COUNT(row_columns[0]), PROCESS_COLUMNS = COUNT(process_columns) };

/* `cells` has what stands before the times; a second line has nothing there. */
static void print_times(const struct table *table, const char *cells[ROW_CELLS], const char *where,
			const struct times *times)
{
	const double us[] = {times->min / NS_PER_US, times->mean / NS_PER_US, times->p50 / NS_PER_US,
			     times->p90 / NS_PER_US, times->p99 / NS_PER_US,  times->max / NS_PER_US};
	char text[COUNT(us)][CELL_SIZE];

	cells[MINIMUM - 1] = where;
	for (unsigned i = 0; i < COUNT(us); i++) {
		snprintf(text[i], CELL_SIZE, "%.2f", us[i]);
		cells[MINIMUM + i] = times->count > 0 ? text[i] : i == 0 ? "-" : NULL;
	}
	table_row(table, cells);
}

static void print_rows(const struct rows *rows, const struct trace_clock *clock, struct page *page)
{
	struct table table;

	if (rows->count == 0)
		return;
	table_start(&table, page, row_columns[rows->table], ROW_CELLS);
	table_titles(&table);
	for (size_t i = 0; i < rows->count; i++) {
		struct line line = line_of(rows, i, clock);
		char samples[CELL_SIZE], samples_percent[CELL_SIZE], time_percent[CELL_SIZE];
		const char *cells[ROW_CELLS] = {line.name, samples, samples_percent, time_percent};
		const char *below[ROW_CELLS] = {NULL};

		snprintf(samples, CELL_SIZE, "%" PRIu64, line.samples);
		snprintf(samples_percent, CELL_SIZE, "%.2f", line.samples_percent);
		snprintf(time_percent, CELL_SIZE, "%.2f", line.time_percent);
		print_times(&table, cells, "VMM", &line.vmm);
		print_times(&table, below, rows->table == TABLE_EXITS ? "guest" : "own", &line.guest);
		if (rows->table != TABLE_EXITS)
			print_times(&table, (const char *[ROW_CELLS]){NULL}, "elapsed", &line.elapsed);
	}
}

/* The row of an owner, or of all together (`pid` and `switches` empty or not). */
static void print_process(const struct table *table, const char *pid, const char *program,
			  const uint64_t shares[SHARE_COUNT], uint64_t switches, const struct trace_clock *clock)
{
	char ms[COUNT(process_shares)][CELL_SIZE], total[CELL_SIZE], count[CELL_SIZE];
	const char *cells[PROCESS_COLUMNS] = {pid, program != NULL ? program : "-"};
	uint64_t ticks = 0;

	for (unsigned share = 0; share < SHARE_COUNT; share++)
		ticks += shares[share];
	for (unsigned i = 0; i < COUNT(process_shares); i++) {
		snprintf(ms[i], CELL_SIZE, "%.3f", stat_ns(clock, (double)shares[process_shares[i]]) / NS_PER_MS);
		cells[2 + i] = ms[i];
	}
	snprintf(total, CELL_SIZE, "%.3f", stat_ns(clock, (double)ticks) / NS_PER_MS);
	snprintf(count, CELL_SIZE, "%" PRIu64, switches);
	cells[PROCESS_COLUMNS - 2] = total;
	cells[PROCESS_COLUMNS - 1] = count;
	table_row(table, cells);
}

static void print_processes(const struct profile *profile, const struct trace_clock *clock, struct page *page)
{
	const struct time_sum *order[TIME_OWNER_COUNT];
	const size_t count = order_processes(profile, order);
	uint64_t switches = 0;
	struct table table;

	table_start(&table, page, process_columns, PROCESS_COLUMNS);
	table_titles(&table);
	for (size_t i = 0; i < count; i++) {
		char pid[CELL_SIZE] = "";

		if (time_sum_is_process(&profile->time, order[i]))
			snprintf(pid, sizeof(pid), "%" PRIu32, order[i]->slot.pid);
		print_process(&table, pid, time_sum_program(&profile->time, order[i]), order[i]->shares,
			      order[i]->switches, clock);
		switches += order[i]->switches;
	}
	print_process(&table, "", "total", profile->time.shares, switches, clock);
}

static void print_time_row(const struct table *table, const char *words, double ns, double wall)
{
	char ms[CELL_SIZE], percent[CELL_SIZE];
	const char *cells[] = {words, ms, percent};

	snprintf(ms, sizeof(ms), "%.6f", ns / NS_PER_MS);
	snprintf(percent, sizeof(percent), "%.2f", stat_percent(ns, wall));
	table_row(table, cells);
}

/* Then what the header says of the whole run is not printed. */
static bool is_cut(const struct profile *profile)
{
	return profile->choice.from > 0 || profile->choice.until < UINT64_MAX;
}

/* What the host told, and what therefore nobody can know. */
static void print_host(const struct profile *profile, struct page *page)
{
	const struct file_host *host = &profile->header.host;

	if (!(profile->header.flags & FILE_ABSENCES))
		page_print(page, 0,
			   "The host does not tell when it took the CPU: the times of guest and VMM may contain that.");
	if (host->lost > 0)
		page_print(page, 0, "%" PRIu64 " times the host took or gave the CPU are not in the trace.",
			   host->lost);
	if (host->run_ns != FILE_NS_UNKNOWN && host->wait_ns != FILE_NS_UNKNOWN && !is_cut(profile))
		page_print(page, 0,
			   "By the host's own accounting the VMM ran for %.3f ms, and waited for a CPU for %.3f ms, "
			   "after wake-ups too.",
			   (double)host->run_ns / NS_PER_MS, (double)host->wait_ns / NS_PER_MS);
}

static void print_time(const struct profile *profile, const struct trace_clock *clock, struct page *page)
{
	const double wall = stat_ns(clock, (double)time_sums_ticks(&profile->time));
	struct table table;

	table_start(&table, page, time_columns[is_cut(profile)], COUNT(time_columns[0]));
	table_titles(&table);
	for (unsigned share = 0; share < SHARE_COUNT; share++)
		if (profile->time.shares[share] > 0)
			print_time_row(&table, share_words(share), stat_ns(clock, (double)profile->time.shares[share]),
				       wall);
	print_time_row(&table, "all", wall, wall);
	print_host(profile, page);
}

/* A counter of KVM's that the run has changed, at *next or behind; *next moves on. NULL = there is none. */
static const struct file_counter *next_counter(const struct profile *profile, size_t *next)
{
	while (*next < profile->counter_count) {
		const struct file_counter *counter = &profile->counters[(*next)++];

		if (counter->start != counter->end)
			return counter;
	}
	return NULL;
}

/* Copies a counter's name, without what could be more than a name. */
static void put_counter_name(char name[sizeof(((struct file_counter *)0)->name) + 1],
			     const struct file_counter *counter)
{
	size_t length = 0;

	for (; length < sizeof(counter->name) && counter->name[length] != '\0'; length++) {
		const char c = counter->name[length];

		name[length] = c > ' ' && c < 0x7f && c != '"' && c != ',' && c != '\\' ? c : '?';
	}
	name[length] = '\0';
}

static void print_counters(const struct profile *profile, struct page *page)
{
	char name[sizeof(((struct file_counter *)0)->name) + 1], change[CELL_SIZE];
	const char *cells[] = {name, change};
	const struct file_counter *counter;
	struct table table;
	size_t next = 0;

	for (bool first = true; (counter = next_counter(profile, &next)) != NULL; first = false) {
		if (first) {
			table_start(&table, page, counter_columns, COUNT(counter_columns));
			table_titles(&table);
		}
		put_counter_name(name, counter);
		snprintf(change, sizeof(change), "%" PRId64, (int64_t)(counter->end - counter->start));
		table_row(&table, cells);
	}
}

static void print_longest_wait(const struct profile *profile, const struct trace_clock *clock, struct page *page)
{
	double wait = stat_ns(clock, (double)profile->longest_wait);
	double end = (double)trace_clock_ns(clock, profile->longest_wait_end);

	if (profile->longest_wait != 0)
		page_print(page, 0, "\nLongest wait of an interrupt: %.3f ms, until %.6f ms", wait / NS_PER_MS,
			   end / NS_PER_MS);
}

static void print_events(const struct profile *profile, struct page *page)
{
	uint16_t events[RINGSIDE_EVENT_COUNT];
	const size_t count = stat_order(profile->events, COUNT(profile->events), events);
	struct table table;

	if (count == 0)
		return;
	table_start(&table, page, event_columns, COUNT(event_columns));
	table_titles(&table);
	for (size_t i = 0; i < count; i++) {
		char samples[CELL_SIZE];
		const char *cells[] = {event_name(events[i]), samples};

		snprintf(samples, sizeof(samples), "%" PRIu64, profile->events[events[i]]);
		table_row(&table, cells);
	}
}

void profile_print_choice(const struct profile *profile, const struct trace_clock *clock, struct page *page)
{
	const struct profile_choice *choice = &profile->choice;
	char until[CELL_SIZE] = "the end", expression[EXPRESSION_SHOWN];

	if (choice->until < UINT64_MAX)
		snprintf(until, sizeof(until), "%.6f ms", (double)choice->until / NS_PER_MS);
	if (is_cut(profile))
		page_print(page, 0, "From %.6f ms to %s of the run: %.6f ms. What reaches beyond is cut there.",
			   (double)choice->from / NS_PER_MS, until,
			   stat_ns(clock, (double)time_sums_ticks(&profile->time)) / NS_PER_MS);
	if (choice->filter != NULL) {
		snprintf(expression, sizeof(expression), "%s", choice->expression);
		for (char *c = expression; *c != '\0'; c++)
			*c = (unsigned char)*c < ' ' ? ' ' : *c;
		page_print(page, 0,
			   "%" PRIu64 " of %" PRIu64 " records match %s. Only these are counted; the time of "
			   "processes and the time of the %s are those of all.",
			   profile_chosen(profile), profile->records, expression, is_cut(profile) ? "range" : "run");
	}
	if (is_cut(profile) || choice->filter != NULL)
		page_print(page, 0, "%s", "");
}

void profile_print(const struct profile *profile, const struct trace_clock *clock, struct page *page)
{
	profile_print_choice(profile, clock, page);
	for (enum profile_table table = 0; table < TABLE_COUNT; table++) {
		struct rows rows = order_rows(profile, table);
		print_rows(&rows, clock, page);
	}
	print_processes(profile, clock, page);
	print_time(profile, clock, page);
	if (!is_cut(profile))
		print_counters(profile, page);
	print_longest_wait(profile, clock, page);
	latencies_print(&profile->latencies, page);
	print_events(profile, page);
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
	put_times(json, kind == NULL ? "guest_ns" : "own_ns", &line->guest);
	if (kind != NULL)
		put_times(json, "elapsed_ns", &line->elapsed);
	if (kind != NULL && strcmp(kind, tables[TABLE_SYSCALLS].name) == 0)
		json_put_unsigned(json, "errors", line->errors);
	json_end(json);
}

static void put_known(struct json_writer *json, const char *name, uint64_t ns)
{
	if (ns != FILE_NS_UNKNOWN)
		json_put_unsigned(json, name, ns);
	else
		json_put_null(json, name);
}

void profile_put_time_json(const struct profile *profile, const struct trace_clock *clock, struct json_writer *json)
{
	char name[sizeof(((struct file_counter *)0)->name) + 1];
	const struct file_counter *counter;

	time_sums_put_json(&profile->time, clock, json);
	json_next_line(json, 1);
	json_begin_object(json, "host");
	json_put_bool(json, "told", (profile->header.flags & FILE_ABSENCES) != 0);
	json_put_unsigned(json, "lost", profile->header.host.lost);
	put_known(json, "run_ns", profile->header.host.run_ns);
	put_known(json, "wait_ns", profile->header.host.wait_ns);
	json_end(json);
	json_next_line(json, 1);
	json_begin_object(json, "kvm");
	for (size_t next = 0; (counter = next_counter(profile, &next)) != NULL;) {
		put_counter_name(name, counter);
		json_put_signed(json, name, (int64_t)(counter->end - counter->start));
	}
	json_end(json);
}

/* What is counted. */
static void put_choice(struct json_writer *json, const struct profile *profile)
{
	const struct profile_choice *choice = &profile->choice;

	json_begin_object(json, "chosen");
	json_put_unsigned(json, "from_ns", choice->from);
	if (choice->until < UINT64_MAX)
		json_put_unsigned(json, "until_ns", choice->until);
	else
		json_put_null(json, "until_ns");
	json_put_string(json, "filter", choice->expression);
	json_put_unsigned(json, "records", profile->records);
	json_put_unsigned(json, "matching", profile_chosen(profile));
	json_end(json);
}

void profile_put_json(const struct profile *profile, const struct trace_clock *clock, struct json_writer *json)
{
	struct rows rows = order_rows(profile, TABLE_EXITS);
	uint16_t order[RINGSIDE_EVENT_COUNT];
	size_t count = stat_order(profile->events, COUNT(profile->events), order);
	uint64_t exits = 0, events = 0;
	double vmm = 0, guest = 0;

	put_choice(json, profile);
	json_next_line(json, 1);
	json_begin_array(json, "exits");
	for (size_t i = 0; i < rows.count; i++) {
		struct line line = line_of(&rows, i, clock);
		put_line(json, NULL, &line);
		exits += line.samples;
		vmm += line.vmm.total;
		guest += line.guest.total;
	}
	json_end(json);
	json_next_line(json, 1);
	json_begin_array(json, "transitions");
	for (enum profile_table table = TABLE_SYSCALLS; table < TABLE_COUNT; table++) {
		rows = order_rows(profile, table);
		for (size_t i = 0; i < rows.count; i++) {
			struct line line = line_of(&rows, i, clock);
			put_line(json, tables[table].name, &line);
		}
	}
	json_end(json);
	json_next_line(json, 1);
	calls_put_json(profile, clock, json);
	json_next_line(json, 1);
	profile_put_time_json(profile, clock, json);
	json_next_line(json, 1);
	latencies_put_json(&profile->latencies, json);
	json_next_line(json, 1);
	json_begin_array(json, "events");
	for (size_t i = 0; i < count; i++) {
		json_next_line(json, 2);
		json_begin_object(json, NULL);
		json_put_string(json, "name", event_name(order[i]));
		json_put_unsigned(json, "samples", profile->events[order[i]]);
		json_end(json);
		events += profile->events[order[i]];
	}
	json_end(json);
	json_next_line(json, 1);
	json_begin_object(json, "total");
	json_put_unsigned(json, "exits", exits);
	json_put_unsigned(json, "events", events);
	json_put_fixed(json, "vmm_ns", vmm, 1);
	json_put_fixed(json, "guest_ns", guest, 1);
	json_put_fixed(json, "longest_wait_ns", stat_ns(clock, (double)profile->longest_wait), 1);
	json_end(json);
}

void profile_print_json(const struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	struct json_writer json;

	json_start(&json, out);
	json_begin_object(&json, NULL);
	profile_put_json(profile, clock, &json);
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

/* What the other rows are about, if that is not all of the run. */
static void print_csv_choice(FILE *out, const struct profile *profile)
{
	if (profile->choice.filter == NULL && !is_cut(profile))
		return;
	fputs("chosen,,", out);
	if (profile->choice.expression != NULL)
		quote_put(profile->choice.expression, '"', out);
	fprintf(out, ",%" PRIu64 ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,%" PRIu64 ",\n", profile_chosen(profile),
		time_sums_ticks(&profile->time));
}

static void print_csv_time(FILE *out, const struct time_sums *sums, const struct time_sum *sum,
			   const struct trace_clock *clock)
{
	const char *program = time_sum_program(sums, sum);
	double ns[SHARE_COUNT];

	for (unsigned share = 0; share < SHARE_COUNT; share++)
		ns[share] = stat_ns(clock, (double)sum->shares[share]);
	fprintf(out, "%s,", time_sum_owner(sums, sum));
	if (time_sum_is_process(sums, sum))
		fprintf(out, "%" PRIu32, sum->slot.pid);
	fputc(',', out);
	if (program != NULL)
		quote_put(program, '"', out);
	fprintf(out, ",,,,%.1f,,,,,,,%.1f,,,,,,,%.1f,%.1f,%" PRIu64 ",,,,,,,,%.1f,%.1f,%.1f,%.1f,%.1f,%" PRIu64 ",\n",
		ns[SHARE_VMM], ns[SHARE_USER] + ns[SHARE_KERNEL] + ns[SHARE_UNTOLD], ns[SHARE_USER], ns[SHARE_KERNEL],
		sum->switches, ns[SHARE_UNTOLD], ns[SHARE_BLOCKED], ns[SHARE_HOST], ns[SHARE_IDLE], ns[SHARE_MISSING],
		time_sum_ticks(sum));
}

void profile_print_csv(const struct profile *profile, const struct trace_clock *clock, FILE *out)
{
	const struct time_sum *order[TIME_OWNER_COUNT];
	uint16_t events[RINGSIDE_EVENT_COUNT];

	fputs("table,pid,name,samples,samples_percent,time_percent," TIMES_COLUMNS("vmm")
		      TIMES_COLUMNS("guest") "ring3_ns,ring0_ns,switches," TIMES_COLUMNS(
			      "elapsed") "untold_ns,blocked_ns,host_ns,idle_ns,missing_ns,ticks,errors\n",
	      out);
	print_csv_choice(out, profile);
	for (enum profile_table table = 0; table < TABLE_COUNT; table++) {
		struct rows rows = order_rows(profile, table);
		for (size_t i = 0; i < rows.count; i++) {
			struct line line = line_of(&rows, i, clock);
			fprintf(out, "%s,,%s,%" PRIu64 ",%.4f,%.4f", tables[table].name, line.name, line.samples,
				line.samples_percent, line.time_percent);
			print_csv_times(out, &line.vmm);
			print_csv_times(out, &line.guest);
			fputs(",,,", out);
			print_csv_times(out, &line.elapsed);
			fputs(",,,,,,,", out);
			if (table == TABLE_SYSCALLS)
				fprintf(out, "%" PRIu64, line.errors);
			fputc('\n', out);
		}
	}
	const size_t owners = order_processes(profile, order);
	for (size_t i = 0; i < owners; i++)
		print_csv_time(out, &profile->time, order[i], clock);
	calls_print_csv(profile, clock, out);
	size_t count = stat_order(profile->events, COUNT(profile->events), events);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "event,,%s,%" PRIu64 ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n", event_name(events[i]),
			profile->events[events[i]]);
}
