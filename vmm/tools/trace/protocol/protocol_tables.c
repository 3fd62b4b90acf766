/* SPDX-License-Identifier: MIT */
/*
 * Makes tables of what a protocol log kept: each step becomes the rows that the textbook gives it, and a step of the
 * protocol that the trace does not have becomes a row that says so, at the textbook's place.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/utf8.h"
#include "text/detail.h"
#include "text/names.h"
#include "text/place.h"
#include "tools/trace/protocol/protocol_log.h"

#define US_PER_S 1000000u

/* A table while it is made. */
struct writer {
	const struct protocol_log *log;
	struct protocol_table table;
	const char *who; /* begins each detail: "pid 2 sieve: "; "" where the table is about one process */
	bool no_memory;
};

static const uint8_t columns[RINGSIDE_EVENT_COUNT] = {
#define ROW(kind, name, column, ...) [RINGSIDE_EVENT_##kind] = PROTOCOL_##column,
	RINGSIDE_EVENTS(ROW)
#undef ROW
};

/* ---- rows ---- */

static struct protocol_row *add_row(struct writer *writer)
{
	struct protocol_table *table = &writer->table;

	if (array_reserve(&table->rows, &table->capacity, table->count + 1, SIZE_MAX, sizeof(*table->rows)))
		return memset(&table->rows[table->count++], 0, sizeof(*table->rows));
	writer->no_memory = true;
	return NULL;
}

/* Text that does not fit is cut between characters. */
static void set_detail(struct protocol_row *row, const struct layout *line)
{
	size_t length = line->length < sizeof(row->detail) ? line->length : sizeof(row->detail) - 1;

	while (length < line->length && length > 0 && utf8_continues(line->text[length]))
		length--;
	memcpy(row->detail, line->text, length);
	row->detail[length] = '\0';
}

static void put_row(struct writer *writer, const struct step *step, enum protocol_column column, const char *words,
		    const struct layout *detail)
{
	struct protocol_row *row = add_row(writer);

	if (row == NULL)
		return;
	row->column = column;
	row->ns = trace_clock_ns(writer->log->clock, step->event.tsc);
	row->first = step->first;
	row->last = step->last;
	row->folded = step->folded;
	snprintf(row->step, sizeof(row->step), "%s", words);
	if (detail != NULL)
		set_detail(row, detail);
}

static void put_missing(struct writer *writer, unsigned kind)
{
	struct protocol_row *row = add_row(writer);

	if (row == NULL)
		return;
	row->column = columns[kind];
	row->missing = true;
	snprintf(row->step, sizeof(row->step), "%s", event_step(kind));
	snprintf(row->detail, sizeof(row->detail), "not seen in this trace");
}

/* ---- details ---- */

/* Puts "0x4012f7 main+0x67 (sieve)". */
static void put_place(const struct protocol_log *log, struct layout *line, int image, uint64_t address)
{
	struct layout words;

	layout_hex(line, "", address);
	layout_start(&words, TTY_FILE);
	if (!place_put(&words, log->symbols, place_image(image, true, address), address))
		return;
	layout_text(line, " ");
	layout_bytes(line, words.text, words.length);
}

/* Puts "118.2 µs". */
static void put_time(const struct protocol_log *log, struct layout *line, uint64_t ticks)
{
	uint64_t tenths = trace_clock_ticks_ns(log->clock, ticks) / 100;
	bool ms = tenths >= 10000;

	if (ms)
		tenths /= 1000;
	layout_decimal(line, "", tenths / 10);
	layout_decimal(line, ".", tenths % 10);
	layout_utf8(line, ms ? " ms" : " µs");
}

static void separate(struct layout *line, size_t start)
{
	if (line->length > start)
		layout_text(line, " ");
}

static void start_detail(const struct writer *writer, struct layout *line)
{
	layout_start(line, TTY_FILE);
	layout_text(line, writer->who);
}

/* Puts everything that the event tells. */
static void tell(const struct writer *writer, struct layout *line, const struct step *step)
{
	uint64_t address;
	const struct call *call = step->call.count > 0 ? &step->call : NULL;

	start_detail(writer, line);
	size_t start = line->length;
	if (detail_event_address(&step->event, &address)) {
		put_place(writer->log, line, step->image, address);
		separate(line, start);
	}
	detail_event(line, &step->event, writer->log->symbols, call, NULL);
}

/* Puts where the program was when it trapped, and how long it had run. */
static void tell_run(const struct writer *writer, struct layout *line, const struct step *step)
{
	if (step->ran > 0) {
		layout_text(line, " after ");
		put_time(writer->log, line, step->ran);
	}
	layout_text(line, " at ");
	put_place(writer->log, line, step->image, step->event.b);
}

/* ---- steps to rows ---- */

static void rows_of_trap(struct writer *writer, const struct step *step)
{
	static const char *const words[RINGSIDE_EVENT_COUNT] = {
		[RINGSIDE_EVENT_SYSCALL] = "run, then call system call: trap into OS",
		[RINGSIDE_EVENT_EXCEPTION] = "run, then cause an exception",
		[RINGSIDE_EVENT_INTERRUPT] = "run, until an interrupt comes",
		[RINGSIDE_EVENT_SERVICE] = "run, then call a service of the OS, a function like any other",
	};
	unsigned kind = step_kind(step);
	const struct call *call = step->call.count > 0 ? &step->call : NULL;
	struct layout line;

	start_detail(writer, &line);
	if (kind == RINGSIDE_EVENT_INTERRUPT)
		layout_text(&line, "interrupted");
	else
		detail_event(&line, &step->event, writer->log->symbols, call, NULL);
	tell_run(writer, &line, step);
	put_row(writer, step, PROTOCOL_PROGRAM, words[kind], &line);
	if (kind == RINGSIDE_EVENT_SERVICE)
		return;
	start_detail(writer, &line);
	if (kind == RINGSIDE_EVENT_SYSCALL)
		layout_decimal(&line, "system call ", step->event.a);
	else
		detail_vector(&line, step->event.a);
	put_row(writer, step, PROTOCOL_HARDWARE, event_step(kind), &line);
}

static void rows_of_return(struct writer *writer, const struct step *step)
{
	struct layout line;

	tell(writer, &line, step);
	put_row(writer, step, PROTOCOL_OS, event_step(RINGSIDE_EVENT_RETURN), NULL);
	put_row(writer, step, PROTOCOL_HARDWARE, "restore regs from kernel stack, move to user mode, jump to PC",
		&line);
}

static void rows_of_call(struct writer *writer, const struct step *step)
{
	struct layout line;

	tell(writer, &line, step);
	put_row(writer, step, PROTOCOL_OS, event_step(RINGSIDE_EVENT_CALL_MAIN), &line);
	put_row(writer, step, PROTOCOL_PROGRAM, "run main()", NULL);
}

static void rows_of_timer(struct writer *writer, const struct step *step)
{
	struct layout line;

	tell(writer, &line, step);
	put_row(writer, step, PROTOCOL_OS, event_step(RINGSIDE_EVENT_TIMER_START), &line);
	layout_start(&line, TTY_FILE);
	if (step->event.a > 0) {
		layout_decimal(&line, "every ", US_PER_S / step->event.a);
		layout_utf8(&line, " µs");
	}
	put_row(writer, step, PROTOCOL_HARDWARE, "start timer: interrupt CPU in a while, again and again", &line);
}

/* Puts "812 system calls", after a comma when something stands before it; nothing for 0. */
static void put_count(struct layout *line, uint64_t count, const char *one, const char *many)
{
	if (count == 0)
		return;
	layout_text(line, line->length > 0 ? ", " : "");
	layout_decimal(line, "", count);
	layout_text(line, count == 1 ? one : many);
}

static void row_of_fold(struct writer *writer, const struct step *step)
{
	struct layout line;
	char words[PROTOCOL_STEP_SIZE];
	const struct fold *fold = &step->fold;

	layout_start(&line, TTY_FILE);
	put_count(&line, fold->calls, " more system call", " more system calls");
	put_count(&line, fold->exceptions, " more exception", " more exceptions");
	put_count(&line, fold->interrupts, " more interrupt", " more interrupts");
	if (line.length == 0)
		put_count(&line, step->last - step->first + 1, " more record", " more records");
	snprintf(words, sizeof(words), "… %.*s", (int)line.length, line.text);
	layout_start(&line, TTY_FILE);
	put_count(&line, fold->switches, " context switch", " context switches");
	if (step->ran > 0) {
		layout_text(&line, line.length > 0 ? ", ran " : "ran ");
		put_time(writer->log, &line, step->ran);
	}
	put_row(writer, step, PROTOCOL_PROGRAM, words, &line);
}

static void put_step(struct writer *writer, const struct step *step)
{
	unsigned kind = step_kind(step);
	struct layout line;

	if (step->folded) {
		row_of_fold(writer, step);
	} else if (is_trap(kind)) {
		rows_of_trap(writer, step);
	} else if (kind == RINGSIDE_EVENT_RETURN) {
		rows_of_return(writer, step);
	} else if (kind == RINGSIDE_EVENT_CALL_MAIN) {
		rows_of_call(writer, step);
	} else if (kind == RINGSIDE_EVENT_TIMER_START) {
		rows_of_timer(writer, step);
	} else {
		tell(writer, &line, step);
		put_row(writer, step, columns[kind], event_step(kind), &line);
	}
}

/* ---- what is expected ---- */

enum { EXPECTED_MAX = 16, ITEMS_MAX = LIFE_STEPS_MAX + 2 + EXPECTED_MAX };

#define NO_EVENT RINGSIDE_EVENT_COUNT

/* A step that protocols have, in the textbook's order, and a kind of step that may stand for it. */
struct expected {
	uint8_t kind, instead;
	uint8_t from, to; /* the first and the last protocol that have it */
};

static const struct expected expected_boot[] = {
	{RINGSIDE_EVENT_TRAP_TABLE, NO_EVENT, PROTOCOL_LIMITED, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_SYSCALL_HANDLER, NO_EVENT, PROTOCOL_LIMITED, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_TIMER_START, NO_EVENT, PROTOCOL_TIMER, PROTOCOL_TIMER},
};

static const struct expected expected_life[] = {
	{RINGSIDE_EVENT_PROC_CREATE, NO_EVENT, PROTOCOL_DIRECT, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_PROC_MEMORY, NO_EVENT, PROTOCOL_DIRECT, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_PROC_LOAD, RINGSIDE_EVENT_FORK, PROTOCOL_DIRECT, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_PROC_STACK, RINGSIDE_EVENT_FORK, PROTOCOL_DIRECT, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_PROC_CLEAR, RINGSIDE_EVENT_FORK, PROTOCOL_DIRECT, PROTOCOL_DIRECT},
	{RINGSIDE_EVENT_PROC_FRAME, NO_EVENT, PROTOCOL_LIMITED, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_CALL_MAIN, NO_EVENT, PROTOCOL_DIRECT, PROTOCOL_DIRECT},
	{RINGSIDE_EVENT_RETURN, NO_EVENT, PROTOCOL_LIMITED, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_SYSCALL, RINGSIDE_EVENT_SIGNAL_KILL, PROTOCOL_LIMITED, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_SYSCALL_RESULT, RINGSIDE_EVENT_SIGNAL_KILL, PROTOCOL_LIMITED, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_MAIN_RETURN, RINGSIDE_EVENT_PROC_EXIT, PROTOCOL_DIRECT, PROTOCOL_DIRECT},
	{RINGSIDE_EVENT_PROC_EXIT, NO_EVENT, PROTOCOL_LIMITED, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_PROC_FREE, NO_EVENT, PROTOCOL_DIRECT, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_PROC_REMOVE, NO_EVENT, PROTOCOL_DIRECT, PROTOCOL_TIMER},
};

static const struct expected expected_switch[] = {
	{RINGSIDE_EVENT_INTERRUPT, NO_EVENT, PROTOCOL_DIRECT, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_SAVE, NO_EVENT, PROTOCOL_DIRECT, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_RESTORE, NO_EVENT, PROTOCOL_DIRECT, PROTOCOL_TIMER},
	{RINGSIDE_EVENT_RETURN, NO_EVENT, PROTOCOL_DIRECT, PROTOCOL_TIMER},
};

_Static_assert(COUNT(expected_life) <= EXPECTED_MAX, "all of them may be missing");

/* ---- what is missing ---- */

/* A line of a table: a step, or, where that is NULL, the kind of a missing one. */
struct item {
	const struct step *step;
	unsigned kind;
};

struct items {
	struct item list[ITEMS_MAX];
	size_t count;
};

static bool matches(const struct step *step, unsigned kind)
{
	if (step == NULL)
		return false;
	if (!step->folded)
		return step_kind(step) == kind;
	return kind == RINGSIDE_EVENT_SYSCALL ? step->fold.calls > 0
					      : kind == RINGSIDE_EVENT_SYSCALL_RESULT && step->fold.results > 0;
}

/* The index of the first item of that kind; items->count when there is none. */
static size_t find_item(const struct items *items, unsigned kind)
{
	size_t i = 0;

	while (i < items->count && !matches(items->list[i].step, kind))
		i++;
	return i;
}

static void insert_missing(struct items *items, size_t place, unsigned kind)
{
	if (items->count == ITEMS_MAX)
		return;
	memmove(&items->list[place + 1], &items->list[place], (items->count - place) * sizeof(items->list[0]));
	items->list[place] = (struct item){NULL, kind};
	items->count++;
}

static void insert_all_missing(struct items *items, const struct expected *expected, size_t count,
			       enum protocol protocol)
{
	size_t place = 0; /* where the next one belongs: behind the step before it */

	for (size_t i = 0; i < count; i++) {
		if (protocol < expected[i].from || protocol > expected[i].to)
			continue;
		size_t found = find_item(items, expected[i].kind);
		if (found == items->count)
			found = find_item(items, expected[i].instead);
		if (found == items->count)
			insert_missing(items, found = place, expected[i].kind);
		place = found + 1;
	}
}

static void collect(struct items *items, const struct step *steps, size_t count)
{
	items->count = 0;
	for (size_t i = 0; i < count && items->count < ITEMS_MAX; i++)
		items->list[items->count++] = (struct item){&steps[i], 0};
}

static void write_items(struct writer *writer, const struct items *items)
{
	for (size_t i = 0; i < items->count; i++)
		if (items->list[i].step != NULL)
			put_step(writer, items->list[i].step);
		else
			put_missing(writer, items->list[i].kind);
}

static struct protocol_table finish(struct writer *writer)
{
	if (writer->no_memory)
		protocol_table_free(&writer->table);
	return writer->table;
}

/* ---- tables ---- */

struct protocol_table protocol_boot(const struct protocol_log *log, enum protocol protocol)
{
	struct writer writer = {.log = log, .who = ""};
	struct items items;

	collect(&items, log->boot, log->boot_count);
	insert_all_missing(&items, expected_boot, COUNT(expected_boot), protocol);
	write_items(&writer, &items);
	return finish(&writer);
}

struct protocol_table protocol_life(const struct protocol_log *log, enum protocol protocol, int index)
{
	struct writer writer = {.log = log, .who = ""};
	const struct life *life = log->lives[index];
	struct items items;

	collect(&items, life->steps, life->count);
	insert_all_missing(&items, expected_life, COUNT(expected_life), protocol);
	write_items(&writer, &items);
	return finish(&writer);
}

static void name_process(const struct life *life, char *who, size_t size)
{
	snprintf(who, size, "pid %" PRIu32 "%s%s: ", life->pid, life->name[0] != '\0' ? " " : "", life->name);
}

struct protocol_table protocol_switch(const struct protocol_log *log, int from, int to)
{
	struct writer writer = {.log = log};
	const struct life *lives[] = {log->lives[from], log->lives[to]};
	const struct timer_switch *found = protocol_switch_between(log, lives[0]->pid, lives[1]->pid);
	char who[NAME_SIZE + 32];
	struct items items;

	collect(&items, found != NULL ? found->steps : NULL, found != NULL ? found->steps_count : 0);
	insert_all_missing(&items, expected_switch, COUNT(expected_switch), PROTOCOL_TIMER);
	for (size_t i = 0; i < items.count; i++) {
		const struct step *step = items.list[i].step;
		name_process(lives[step != NULL && step->event.pid == lives[1]->pid], who, sizeof(who));
		writer.who = who;
		if (step != NULL)
			put_step(&writer, step);
		else
			put_missing(&writer, items.list[i].kind);
	}
	if (found != NULL && found->steps_count > 0) {
		struct layout line;
		layout_start(&line, TTY_FILE);
		layout_bytes(&line, who, strlen(who) - 2);
		put_row(&writer, &found->steps[found->steps_count - 1], PROTOCOL_PROGRAM, "run where it was", &line);
	}
	return finish(&writer);
}

void protocol_table_free(struct protocol_table *table)
{
	free(table->rows);
	*table = (struct protocol_table){0};
}
