/* SPDX-License-Identifier: MIT */
/*
 * Makes tables of what a protocol log kept. A step of the protocol that the trace does not have becomes a
 * row that says so, at the textbook's place.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/trace/protocol/protocol_rows.h"

enum { EXPECTED_MAX = 16, ITEMS_MAX = LIFE_STEPS_MAX + 2 + EXPECTED_MAX };

#define NO_EVENT RINGSIDE_EVENT_COUNT

/* A step that a protocol has, in the textbook's order, and one that may stand for it. */
struct expected {
	uint8_t kind, instead;
	uint8_t from, to; /* the protocols that have it */
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

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
_Static_assert(COUNT(expected_life) <= EXPECTED_MAX, "all of them may be missing");

/* ---- what is missing ---- */

/* The steps of a table; step == NULL: one of that kind is missing. */
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

/* The first item of that kind; `count` when there is none. */
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
	size_t place = 0; /* behind the step before */

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
			protocol_put_step(writer, items->list[i].step);
		else
			protocol_put_missing(writer, items->list[i].kind);
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
			protocol_put_step(&writer, step);
		else
			protocol_put_missing(&writer, items.list[i].kind);
	}
	if (found != NULL && found->steps_count > 0) {
		struct layout line;
		layout_start(&line, false);
		layout_bytes(&line, who, strlen(who) - 2);
		protocol_put_row(&writer, &found->steps[found->steps_count - 1], PROTOCOL_PROGRAM, "run where it was",
				 &line);
	}
	return finish(&writer);
}

void protocol_table_free(struct protocol_table *table)
{
	free(table->rows);
	*table = (struct protocol_table){0};
}
