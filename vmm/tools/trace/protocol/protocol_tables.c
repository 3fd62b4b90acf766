/* SPDX-License-Identifier: MIT */
/*
 * Makes tables of what a protocol log kept. Finds the step that each of the textbook's rows happened at; a row whose
 * step the trace does not have becomes a row that says so, at the textbook's place; and a step that is none of the
 * textbook's becomes a row beyond, at its time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/utf8.h"
#include "ringside/traps.h"
#include "text/detail.h"
#include "text/names.h"
#include "tools/trace/protocol/protocol_book.h"

/* A table while it is made. */
struct writer {
	const struct scene *scene;
	struct protocol_table table;
	bool no_memory;
};

static const uint8_t columns[RINGSIDE_EVENT_COUNT] = {
#define ROW(kind, name, column, ...) [RINGSIDE_EVENT_##kind] = PROTOCOL_##column,
	RINGSIDE_EVENTS(ROW)
#undef ROW
};

/* ---- rows ---- */

static struct protocol_row *add_row(struct writer *writer, enum protocol_column column, const char *words)
{
	struct protocol_table *table = &writer->table;
	struct protocol_row *row = NULL;

	if (array_reserve(&table->rows, &table->capacity, table->count + 1, SIZE_MAX, sizeof(*table->rows))) {
		row = memset(&table->rows[table->count++], 0, sizeof(*table->rows));
		row->column = column;
		snprintf(row->step, sizeof(row->step), "%s", words);
	} else {
		writer->no_memory = true;
	}
	return row;
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

static struct protocol_row *put_row(struct writer *writer, const struct step *step, enum protocol_column column,
				    const char *words, const struct layout *detail)
{
	struct protocol_row *row = add_row(writer, column, words);

	if (row == NULL)
		return NULL;
	row->ns = trace_clock_ns(writer->scene->log->clock, step->event.tsc);
	row->first = step->first;
	row->last = step->last;
	row->folded = step->folded;
	set_detail(row, detail);
	return row;
}

static void put_beyond(struct writer *writer, const struct step *step, enum protocol_column column, const char *words,
		       const struct layout *detail)
{
	struct protocol_row *row = put_row(writer, step, column, words, detail);

	if (row != NULL)
		row->beyond = true;
}

/* ---- the textbook's rows ---- */

static bool has_step(const struct scene *scene, unsigned kind)
{
	for (size_t i = 0; i < scene->count; i++)
		if (!scene->steps[i].folded && step_kind(&scene->steps[i]) == kind)
			return true;
	return false;
}

static const char *why_missing(const struct scene *scene, enum moment moment)
{
	const bool copied = moment >= AT_MEMORY && moment <= AT_CLEAR && has_step(scene, RINGSIDE_EVENT_FORK);

	if (copied && !has_step(scene, RINGSIDE_EVENT_PROC_LOAD))
		return "not seen: fork copied what the parent had";
	if (moment >= AT_CALL && moment <= AT_BACK && scene->at[AT_END] != NULL)
		return "not seen: the program made no system call that returned";
	if (moment == AT_END && has_step(scene, RINGSIDE_EVENT_SIGNAL_KILL))
		return "not seen: the process was killed";
	return "not seen in this trace";
}

static void put_book_row(struct writer *writer, const struct book_row *book)
{
	const struct scene *scene = writer->scene;
	const struct step *step = scene->at[book->moment];
	char words[PROTOCOL_STEP_SIZE];
	struct layout line;

	book_words(scene, book, words, sizeof(words));
	if (step != NULL) {
		layout_start(&line, TTY_FILE);
		book->tell(scene, &line, step);
		put_row(writer, step, book->column, words, &line);
		return;
	}
	struct protocol_row *row = add_row(writer, book->column, words);
	if (row == NULL)
		return;
	row->missing = true;
	snprintf(row->detail, sizeof(row->detail), "%s", why_missing(scene, book->moment));
}

/* ---- rows beyond ---- */

static void put_exits(struct writer *writer, const struct step *step)
{
	const struct exits *exits = &step->exits;
	const struct exit_record *exit = &exits->record;
	struct step at = {.event = {.tsc = exit->tsc}, .first = exits->first, .last = exits->last};
	char words[PROTOCOL_STEP_SIZE];
	struct layout line;

	if (exits->count == 0)
		return;
	at.folded = exits->count > 1;
	layout_start(&line, TTY_FILE);
	layout_text(&line, exits->count > 1 ? "the last: " : "");
	layout_text(&line, exit_name(exit->kind) != NULL ? exit_name(exit->kind) : "");
	layout_text(&line, " ");
	detail_exit(&line, exit, DETAIL_TIME_UNKNOWN);
	if (exits->count == 1 && (exit->flags & RECORD_INJECTED) != 0)
		snprintf(words, sizeof(words), "inject interrupt %#x", exit->vector);
	else
		snprintf(words, sizeof(words), "handle %" PRIu64 " VM exit%s", exits->count,
			 exits->count == 1 ? "" : "s");
	put_beyond(writer, &at, PROTOCOL_VMM, words, &line);
}

static void put_fold(struct writer *writer, const struct step *step)
{
	struct layout line;
	char words[PROTOCOL_STEP_SIZE];
	const struct fold *fold = &step->fold;

	layout_start(&line, TTY_FILE);
	if (writer->scene->protocol == PROTOCOL_DIRECT)
		tell_count(&line, fold->calls, " more call of a service", " more calls of services");
	else
		tell_count(&line, fold->calls, " more system call", " more system calls");
	tell_count(&line, fold->exceptions, " more exception", " more exceptions");
	tell_count(&line, fold->interrupts, " more interrupt", " more interrupts");
	if (line.length == 0)
		tell_count(&line, step->last - step->first + 1, " more record", " more records");
	snprintf(words, sizeof(words), "… %.*s", (int)line.length, line.text);
	layout_start(&line, TTY_FILE);
	tell_count(&line, fold->switches, " context switch", " context switches");
	tell_count(&line, fold->exits, " VM exit", " VM exits");
	if (is_spent(&step->ran)) {
		layout_text(&line, line.length > 0 ? ", ran " : "ran ");
		tell_spent(writer->scene, &line, &step->ran);
	}
	put_beyond(writer, step, PROTOCOL_PROGRAM, words, &line);
}

/* With direct execution there is no trap by a system call, and no change of mode. */
static const char *words_beyond(const struct scene *scene, unsigned kind)
{
	const bool direct = scene->protocol == PROTOCOL_DIRECT;

	switch (kind) {
	case RINGSIDE_EVENT_SYSCALL_RESULT:
		return direct ? "do work of the service, and return as a function does" : event_step(kind);
	case RINGSIDE_EVENT_EXCEPTION:
	case RINGSIDE_EVENT_INTERRUPT:
		return direct ? event_step(RINGSIDE_EVENT_NESTED) : event_step(kind);
	case RINGSIDE_EVENT_CALL_MAIN:
		return "go on with the program, as a function returns";
	default:
		return event_step(kind);
	}
}

static void put_step(struct writer *writer, const struct step *step)
{
	const struct scene *scene = writer->scene;
	const unsigned kind = step_kind(step);
	struct layout line;

	if (step->folded) {
		put_fold(writer, step);
		return;
	}
	layout_start(&line, TTY_FILE);
	if (is_trap(kind)) {
		detail_event(&line, &step->event, scene->log->symbols, step->call.count > 0 ? &step->call : NULL, NULL);
		if (kind == RINGSIDE_EVENT_EXCEPTION && step->added)
			detail_fault(&line, step->event.a,
				     &(struct event_record){.a = step->more[0], .b = step->more[1]});
		tell_run(scene, &line, step);
	} else {
		tell_step(scene, &line, step);
	}
	put_beyond(writer, step, columns[kind], words_beyond(scene, kind), &line);
}

/* ---- all rows in their order ---- */

/*
 * The index of the step that each of the textbook's rows stands at; of a missing one that of the row before it, and -1
 * where there is none.
 */
static void find_places(const struct scene *scene, struct book_table book, ptrdiff_t *places)
{
	ptrdiff_t before = -1;

	for (size_t i = 0; i < book.count; i++) {
		const struct step *step = scene->at[book.rows[i].moment];
		places[i] = before = step != NULL ? step - scene->steps : before;
	}
}

/* The VMM's part of an interrupt comes between the program that it interrupts and what the hardware does. */
static bool program_first(const struct scene *scene, const struct book_row *row)
{
	return row->column == PROTOCOL_PROGRAM && scene->at[row->moment] != NULL &&
	       step_kind(scene->at[row->moment]) == RINGSIDE_EVENT_INTERRUPT;
}

static void put_all_at(struct writer *writer, struct book_table book, const ptrdiff_t *places, ptrdiff_t at)
{
	const struct scene *scene = writer->scene;
	bool exits = at < 0, told = false;

	for (size_t i = 0; i < book.count; i++) {
		if (places[i] != at)
			continue;
		const bool is_here = scene->at[book.rows[i].moment] != NULL;
		if (is_here && !exits && !program_first(scene, &book.rows[i])) {
			put_exits(writer, &scene->steps[at]);
			exits = true;
		}
		told |= is_here;
		put_book_row(writer, &book.rows[i]);
	}
	if (told || at < 0)
		return;
	put_exits(writer, &scene->steps[at]);
	put_step(writer, &scene->steps[at]);
}

static struct protocol_table write_table(const struct scene *scene, struct book_table book)
{
	struct writer writer = {.scene = scene};
	ptrdiff_t places[BOOK_ROWS_MAX];

	find_places(scene, book, places);
	for (ptrdiff_t at = -1; at < (ptrdiff_t)scene->count; at++)
		put_all_at(&writer, book, places, at);
	if (writer.no_memory)
		protocol_table_free(&writer.table);
	return writer.table;
}

/* ---- which step is which moment ---- */

static bool is_kind(const struct step *step, unsigned kind)
{
	return !step->folded && step_kind(step) == kind;
}

/* The first step of a kind at or after `from`, which may be NULL for the first of all; NULL when there is none. */
static const struct step *first_after(const struct scene *scene, const struct step *from, unsigned kind)
{
	const struct step *end = scene->steps + scene->count;

	for (const struct step *step = from != NULL ? from : scene->steps; step != NULL && step < end; step++)
		if (is_kind(step, kind))
			return step;
	return NULL;
}

/* The last step of a kind before `to`, which may be NULL for the last of all. */
static const struct step *last_before(const struct scene *scene, const struct step *to, unsigned kind)
{
	for (size_t i = to != NULL ? (size_t)(to - scene->steps) : scene->count; i-- > 0;)
		if (is_kind(&scene->steps[i], kind))
			return &scene->steps[i];
	return NULL;
}

/*
 * The call, its result and the return from it: of the first system call in the program that returns, or, when each
 * gives the CPU away meanwhile, of the first of those.
 */
static void find_call(struct scene *scene)
{
	const struct step *end = scene->steps + scene->count, *call = scene->at[AT_ENTRY];

	while (call != NULL && (call = first_after(scene, call + 1, RINGSIDE_EVENT_SYSCALL)) != NULL) {
		const struct step *result = NULL, *step = call + 1;
		bool switched = false;
		for (; step < end && !step->folded && !is_trap(step_kind(step)); step++) {
			switched |= step_kind(step) == RINGSIDE_EVENT_SAVE;
			if (step_kind(step) == RINGSIDE_EVENT_SYSCALL_RESULT)
				result = step;
			if (step_kind(step) == RINGSIDE_EVENT_RETURN)
				break;
		}
		if (step == end || !is_kind(step, RINGSIDE_EVENT_RETURN) || result == NULL ||
		    (switched && scene->at[AT_CALL] != NULL))
			continue;
		scene->at[AT_CALL] = call;
		scene->at[AT_RESULT] = result;
		scene->at[AT_BACK] = step;
		if (!switched)
			return;
	}
}

/* The last call of the process, when that ended it. */
static const struct step *find_end(const struct scene *scene)
{
	const struct step *call = last_before(scene, NULL, RINGSIDE_EVENT_SYSCALL);

	return call != NULL && call_never_returns(call->event.a) ? call : NULL;
}

/* The process's last program, from the memory for it on. */
static void find_life(struct scene *scene, bool direct)
{
	const struct step *load = last_before(scene, NULL, RINGSIDE_EVENT_PROC_LOAD), **at = scene->at;

	at[AT_CREATE] = first_after(scene, NULL, RINGSIDE_EVENT_PROC_CREATE);
	at[AT_LOAD] = load;
	at[AT_MEMORY] = last_before(scene, load, RINGSIDE_EVENT_PROC_MEMORY);
	at[AT_STACK] = first_after(scene, load, RINGSIDE_EVENT_PROC_STACK);
	at[AT_CLEAR] = first_after(scene, load, RINGSIDE_EVENT_PROC_CLEAR);
	at[AT_FRAME] = first_after(scene, load, RINGSIDE_EVENT_PROC_FRAME);
	at[AT_ENTRY] = first_after(scene, load, direct ? RINGSIDE_EVENT_CALL_MAIN : RINGSIDE_EVENT_RETURN);
	if (!direct)
		find_call(scene);
	at[AT_END] = direct ? first_after(scene, load, RINGSIDE_EVENT_MAIN_RETURN) : find_end(scene);
	at[AT_FREE] = last_before(scene, NULL, RINGSIDE_EVENT_PROC_FREE);
	at[AT_REMOVE] = last_before(scene, NULL, RINGSIDE_EVENT_PROC_REMOVE);
}

/* Where the registers of a process are on its kernel stack, which is the same place at each trap. */
static const struct step *frame_of(const struct life *life)
{
	for (size_t i = 0; i < life->count; i++)
		if (is_kind(&life->steps[i], RINGSIDE_EVENT_PROC_FRAME))
			return &life->steps[i];
	return NULL;
}

/* ---- tables ---- */

struct protocol_table protocol_boot(const struct protocol_log *log, enum protocol protocol)
{
	struct scene scene = {.log = log, .protocol = protocol, .steps = log->boot, .count = log->boot_count};

	scene.at[AT_TRAP_TABLE] = first_after(&scene, NULL, RINGSIDE_EVENT_TRAP_TABLE);
	scene.at[AT_SYSCALL_HANDLER] = first_after(&scene, NULL, RINGSIDE_EVENT_SYSCALL_HANDLER);
	scene.at[AT_TIMER_HANDLER] = first_after(&scene, NULL, RINGSIDE_EVENT_TIMER_HANDLER);
	scene.at[AT_TIMER_START] = first_after(&scene, NULL, RINGSIDE_EVENT_TIMER_START);
	return write_table(&scene, book_boot(protocol));
}

struct protocol_table protocol_life(const struct protocol_log *log, enum protocol protocol, int index)
{
	const struct life *life = log->lives[index];
	struct scene scene = {.log = log, .protocol = protocol, .steps = life->steps, .count = life->count};

	scene.life[0] = life;
	scene.frame[0] = frame_of(life);
	find_life(&scene, protocol == PROTOCOL_DIRECT);
	return write_table(&scene, book_life(protocol));
}

struct protocol_table protocol_switch(const struct protocol_log *log, int from, int to)
{
	struct scene scene = {.log = log, .protocol = PROTOCOL_TIMER, .life = {log->lives[from], log->lives[to]}};
	const struct step **at = scene.at;

	scene.timer = protocol_switch_between(log, scene.life[0]->pid, scene.life[1]->pid);
	if (scene.timer != NULL) {
		scene.steps = scene.timer->steps;
		scene.count = scene.timer->steps_count;
	}
	scene.frame[0] = frame_of(scene.life[0]);
	scene.frame[1] = frame_of(scene.life[1]);
	at[AT_TICK] = first_after(&scene, NULL, RINGSIDE_EVENT_INTERRUPT);
	at[AT_SAVE] = first_after(&scene, NULL, RINGSIDE_EVENT_SAVE);
	at[AT_SWITCH] = first_after(&scene, NULL, RINGSIDE_EVENT_SWITCH);
	at[AT_RESTORE] = first_after(&scene, NULL, RINGSIDE_EVENT_RESTORE);
	at[AT_INTO] = first_after(&scene, at[AT_RESTORE], RINGSIDE_EVENT_RETURN);
	return write_table(&scene, book_switch());
}

void protocol_table_strict(struct protocol_table *table)
{
	size_t kept = 0;

	for (size_t i = 0; i < table->count; i++)
		if (!table->rows[i].beyond)
			table->rows[kept++] = table->rows[i];
	table->count = kept;
}

void protocol_table_free(struct protocol_table *table)
{
	free(table->rows);
	*table = (struct protocol_table){0};
}
