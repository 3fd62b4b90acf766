/* SPDX-License-Identifier: MIT */
/* Tells what two traces have, side by side: processes, steps of the protocol, exits and traps with their times. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/linux_names.h"
#include "base/square_root.h"
#include "text/detail.h"
#include "text/exit_stat.h"
#include "text/names.h"
#include "text/place.h"
#include "tools/trace/diff/diff.h"

#define NS_PER_US 1000.0

enum { CELL_SIZE = 40 };

static void put_count(char cell[CELL_SIZE], uint64_t count)
{
	snprintf(cell, CELL_SIZE, "%" PRIu64, count);
}

/* "+3", "-3", or nothing where the counts are the same. */
static void put_difference(char cell[CELL_SIZE], uint64_t a, uint64_t b)
{
	cell[0] = '\0';
	if (a != b)
		snprintf(cell, CELL_SIZE, "%c%" PRIu64, b > a ? '+' : '-', b > a ? b - a : a - b);
}

/* ---- processes ---- */

static const struct table_column process_columns[] = {
	{"Process", 7, 0, false},
	{"program", 18, 0, true},
	{"A events", 10, 0, false},
	{"B events", 10, 0, false},
	{"what it did itself", 20, 0, true},
};

static int compare_pids(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return a < b ? -1 : a > b;
}

/* Stores the pids of both sides in order, each once. Returns how many there are. */
static size_t list_pids(const struct diff *diff, uint32_t pids[DIFF_SIDES * DIFF_PROCESSES])
{
	size_t count = 0, kept = 0;

	for (unsigned side = 0; side < DIFF_SIDES; side++)
		for (unsigned i = 0; i < DIFF_PROCESSES; i++)
			if (diff_side(diff, side)->processes[i].slot.used)
				pids[count++] = diff_side(diff, side)->processes[i].slot.pid;
	qsort(pids, count, sizeof(pids[0]), compare_pids);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || pids[kept - 1] != pids[i])
			pids[kept++] = pids[i];
	return kept;
}

static const char *program_of(const struct diff_side *side, const struct diff_process *process)
{
	if (process == NULL)
		return NULL;
	if (process->slot.pid == 0)
		return "(kernel)";
	return symbols_image_name(side->symbols, process->image);
}

static void put_program(char cell[2 * CELL_SIZE], const char *a, const char *b)
{
	if (a != NULL && b != NULL && strcmp(a, b) != 0)
		snprintf(cell, (size_t)2 * CELL_SIZE, "%.36s / %.36s", a, b);
	else
		snprintf(cell, (size_t)2 * CELL_SIZE, "%.76s", a != NULL ? a : b != NULL ? b : "-");
}

void diff_put_place(struct layout *line, const struct diff_place *place, const struct diff_side *side)
{
	const struct event_record *event = &place->what.event;
	uint64_t address;

	if (place->ended) {
		layout_text(line, "nothing more");
		return;
	}
	const char *name = event_name(event->kind - RECORD_EVENT);
	layout_text(line, name != NULL ? name : "");
	layout_text(line, " ");
	detail_event(line, event, side->symbols, NULL, NULL);
	if (!detail_event_address(event, &address))
		return;
	const struct diff_process *process = PID_FIND(side->processes, event->pid);
	const int program = process != NULL ? process->image : IMAGE_UNKNOWN;
	layout_hex(line, " at ", address);
	layout_text(line, " ");
	place_put(line, side->symbols, place_image(program, true, address), address);
}

static void tell_process(const struct diff *diff, uint32_t pid, const struct diff_sink *sink)
{
	const struct diff_process *process[DIFF_SIDES];
	char number[CELL_SIZE], program[2 * CELL_SIZE], counts[DIFF_SIDES][CELL_SIZE] = {"-", "-"},
							what[CELL_SIZE] = "";
	const char *const cells[] = {number, program, counts[DIFF_A], counts[DIFF_B], what};

	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		process[side] = PID_FIND(diff_side(diff, side)->processes, pid);
		if (process[side] != NULL)
			put_count(counts[side], process[side]->own.count);
	}
	put_count(number, pid);
	put_program(program, program_of(diff_side(diff, DIFF_A), process[DIFF_A]),
		    program_of(diff_side(diff, DIFF_B), process[DIFF_B]));
	const struct diff_parting *parting = diff_parting(diff, DIFF_LINES, pid);
	if (process[DIFF_A] == NULL || process[DIFF_B] == NULL)
		snprintf(what, CELL_SIZE, "only in %c", process[DIFF_A] != NULL ? 'A' : 'B');
	else if (parting != NULL)
		snprintf(what, CELL_SIZE, "parts at number %" PRIu64, parting->index + 1);
	else
		snprintf(what, CELL_SIZE, "%s",
			 sequence_same(&process[DIFF_A]->own, &process[DIFF_B]->own) ? "the same" : "differs");
	sink->row(sink->context, cells);
	for (unsigned side = 0; side < DIFF_SIDES && parting != NULL; side++)
		sink->place(sink->context, side, &parting->at[side], diff_side(diff, side));
}

static void tell_processes(const struct diff *diff, const struct diff_sink *sink)
{
	static uint32_t pids[DIFF_SIDES * DIFF_PROCESSES];
	const size_t count = list_pids(diff, pids);

	if (count == 0)
		return;
	sink->begin(sink->context, process_columns, COUNT(process_columns));
	for (size_t i = 0; i < count; i++)
		tell_process(diff, pids[i], sink);
}

/* ---- steps ---- */

static const struct table_column step_columns[] = {
	{"Guest event", 18, 0, true},
	{"A", 10, 0, false},
	{"B", 10, 0, false},
	{"B - A", 10, 0, false},
	{"in the textbook's words", 30, 1, true},
};

static void tell_steps(const struct diff *diff, const struct diff_sink *sink)
{
	const uint64_t *a = diff_side(diff, DIFF_A)->profile->events, *b = diff_side(diff, DIFF_B)->profile->events;
	bool begun = false;

	for (unsigned event = 0; event < RINGSIDE_EVENT_COUNT; event++) {
		char counts[DIFF_SIDES][CELL_SIZE], difference[CELL_SIZE];
		const char *const cells[] = {event_name(event), counts[DIFF_A], counts[DIFF_B], difference,
					     event_step(event)};

		if (a[event] + b[event] == 0)
			continue;
		if (!begun)
			sink->begin(sink->context, step_columns, COUNT(step_columns));
		begun = true;
		put_count(counts[DIFF_A], a[event]);
		put_count(counts[DIFF_B], b[event]);
		put_difference(difference, a[event], b[event]);
		sink->row(sink->context, cells);
	}
}

/* ---- times ---- */

/* The median of a distribution, and an interval that has it with a probability of 95 % if samples are independent. */
struct median {
	bool known;		  /* there are enough samples for an interval */
	double low, middle, high; /* ns */
};

enum { MEDIAN_SAMPLES = 6 /* the interval from the least to the greatest of these has 97 % */ };
#define HALF_WIDTH 0.98	   /* ranks beside the middle one, times the root of the number: 1.96 / 2 */
#define BUCKET_ERROR 0.008 /* a value from the histogram is off by this at most */

static struct median median_of(const struct histogram *histogram, const struct trace_clock *clock)
{
	if (histogram == NULL || histogram->count == 0)
		return (struct median){.known = false};

	const double count = (double)histogram->count, beside = HALF_WIDTH * square_root(count);
	const double low = count / 2 - beside, high = count / 2 + 1 + beside;
	const uint64_t first = low < 1 ? 1 : (uint64_t)low;
	const uint64_t last = high > count ? histogram->count : (uint64_t)high + 1;
	return (struct median){
		.known = histogram->count >= MEDIAN_SAMPLES,
		.low = stat_ns(clock, (double)histogram_at_rank(histogram, first)) * (1 - BUCKET_ERROR),
		.middle = stat_ns(clock, (double)histogram_percentile(histogram, 50)),
		.high = stat_ns(clock, (double)histogram_at_rank(histogram, last)) * (1 + BUCKET_ERROR),
	};
}

#define TIME_COLUMNS                                                                                                   \
	{"A", 9, 0, false}, {"B", 9, 0, false}, {"A µs", 11, 1, false}, {"B µs", 11, 1, false},                        \
		{"B : A", 8, 0, false}, {"95 %", 16, 2, true}, {"", 12, 0, true},
static const struct table_column time_columns[TABLE_COUNT][8] = {
	[TABLE_EXITS] = {{"VM exit, in the VMM", 20, 0, true}, TIME_COLUMNS},
	[TABLE_SYSCALLS] = {{"System call, ring 0", 20, 0, true}, TIME_COLUMNS},
	[TABLE_EXCEPTIONS] = {{"Exception, ring 0", 20, 0, true}, TIME_COLUMNS},
	[TABLE_INTERRUPTS] = {{"Interrupt, ring 0", 20, 0, true}, TIME_COLUMNS},
};
#undef TIME_COLUMNS

static void put_row_name(char cell[CELL_SIZE], enum profile_table kind, unsigned number)
{
	const char *name = kind == TABLE_EXITS	    ? exit_name(number)
			   : kind == TABLE_SYSCALLS ? syscall_name(number)
						    : trap_mnemonic(number);

	if (name != NULL)
		snprintf(cell, CELL_SIZE, "%s", name);
	else
		snprintf(cell, CELL_SIZE, "%u", number);
}

/* Puts the ratio of the medians, its interval, and what can be said about it. */
static void put_ratio(char ratio[CELL_SIZE], char interval[CELL_SIZE], const char **verdict, const struct median *a,
		      const struct median *b)
{
	const double least = b->low / a->high, most = a->low > 0 ? b->high / a->low : 0;

	ratio[0] = interval[0] = '\0';
	*verdict = "cannot tell";
	if (a->middle > 0)
		snprintf(ratio, CELL_SIZE, "%.2f", b->middle / a->middle);
	if (!a->known || !b->known || a->low <= 0)
		return;
	snprintf(interval, CELL_SIZE, "%.2f to %.2f", least, most);
	if (least > 1)
		*verdict = "B is longer";
	else if (most < 1)
		*verdict = "A is longer";
}

static void tell_time(const struct diff *diff, enum profile_table kind,
		      const struct profile_row *const rows[DIFF_SIDES], unsigned number, const struct diff_sink *sink)
{
	char name[CELL_SIZE], counts[DIFF_SIDES][CELL_SIZE], medians[DIFF_SIDES][CELL_SIZE], ratio[CELL_SIZE] = "",
											     interval[CELL_SIZE] = "";
	const char *verdict = NULL;
	struct median median[DIFF_SIDES];

	put_row_name(name, kind, number);
	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		const struct histogram *histogram = kind == TABLE_EXITS ? rows[side]->vmm : rows[side]->guest;
		put_count(counts[side], rows[side]->count);
		snprintf(medians[side], CELL_SIZE, "-");
		median[side] = median_of(histogram, diff_side(diff, side)->clock);
		if (histogram != NULL && histogram->count > 0)
			snprintf(medians[side], CELL_SIZE, "%.2f", median[side].middle / NS_PER_US);
	}
	if (median[DIFF_A].high > 0 && median[DIFF_B].high > 0)
		put_ratio(ratio, interval, &verdict, &median[DIFF_A], &median[DIFF_B]);
	sink->row(sink->context, (const char *const[]){name, counts[DIFF_A], counts[DIFF_B], medians[DIFF_A],
						       medians[DIFF_B], ratio, interval, verdict});
}

static void tell_times(const struct diff *diff, enum profile_table kind, const struct diff_sink *sink)
{
	size_t count;
	const struct profile_row *a = profile_rows(diff_side(diff, DIFF_A)->profile, kind, &count);
	const struct profile_row *b = profile_rows(diff_side(diff, DIFF_B)->profile, kind, &count);
	bool begun = false;

	for (unsigned i = 0; i < count; i++) {
		if (a[i].count + b[i].count == 0)
			continue;
		if (!begun)
			sink->begin(sink->context, time_columns[kind], COUNT(time_columns[kind]));
		begun = true;
		tell_time(diff, kind, (const struct profile_row *const[]){&a[i], &b[i]}, i, sink);
	}
}

void diff_tell(const struct diff *diff, const struct diff_sink *sink)
{
	tell_processes(diff, sink);
	tell_steps(diff, sink);
	for (enum profile_table kind = 0; kind < TABLE_COUNT; kind++)
		tell_times(diff, kind, sink);
}

void diff_name_choice(const struct diff *diff, const struct diff_parting *decision, unsigned side, char *text,
		      size_t size)
{
	const struct diff_side *of = diff_side(diff, side);
	const struct diff_place *place = &decision->at[side];
	const struct diff_process *process = PID_FIND(of->processes, place->what.event.pid);
	const char *name = process != NULL ? symbols_image_name(of->symbols, process->image) : NULL;

	if (place->ended)
		snprintf(text, size, "%c makes none any more", side == DIFF_A ? 'A' : 'B');
	else
		snprintf(text, size, "%c gives the CPU to %s %" PRIu32 "%s%s%s", side == DIFF_A ? 'A' : 'B',
			 place->what.event.pid == 0 ? "idle, process" : "process", place->what.event.pid,
			 name != NULL ? " (" : "", name != NULL ? name : "", name != NULL ? ")" : "");
}

/* ---- for people ---- */

static void begin_table(void *context, const struct table_column *columns, unsigned count)
{
	struct table *table = context;

	table_start(table, table->page, columns, count);
	table_titles(table);
}

static void put_row(void *context, const char *const cells[])
{
	table_row(context, cells);
}

static void put_place(void *context, unsigned side, const struct diff_place *place, const struct diff_side *of)
{
	const struct table *table = context;
	struct layout line;

	page_begin(table->page, &line);
	layout_to(&line, process_columns[0].width + 4);
	layout_text(&line, side == DIFF_A ? "A  " : "B  ");
	diff_put_place(&line, place, of);
	page_put(table->page, &line);
}

void diff_print(const struct diff *diff, struct page *page)
{
	struct table table = {.page = page};

	diff_tell(diff, &(const struct diff_sink){begin_table, put_row, put_place, &table});
}
