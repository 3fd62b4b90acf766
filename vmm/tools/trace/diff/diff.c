/* SPDX-License-Identifier: MIT */
/* Compares two traces: see diff.h. */
#include "tools/trace/diff/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "text/names.h"

enum {
	PARTINGS_MAX = 64, /* more pairs of processes that differ are told without the place */
	ELEMENTS_MAX = 1 << 26,
};

/* An element of a sequence of A, near the place where the sequences part. */
struct diff_element {
	uint64_t hash;
	uint64_t record;
};

/* What a second reading knows of the sequences so far. */
struct search {
	unsigned side;
	uint64_t record; /* ordinal of the next record */
	uint64_t lines[DIFF_LINES];
	size_t left; /* partings that need more records */
	struct search_process {
		struct pid_slot slot;
		bool interrupted;
		uint64_t own;
		struct diff_parting *parting; /* NULL = the process's sequences are the same */
	} processes[DIFF_PROCESSES];
};

struct diff {
	struct diff_side sides[DIFF_SIDES];
	bool hidden[UINT8_MAX + 1 - RECORD_EVENT][2]; /* arguments that are no part of what a process does itself */
	struct diff_parting partings[PARTINGS_MAX];
	size_t parting_count;
	bool no_memory;
	struct search search;
};

/* What a record adds to the sequences. */
struct element {
	uint64_t lines[DIFF_LINES];
	uint64_t own;
};

/* ---- elements ---- */

static uint64_t hash_exit(const struct exit_record *exit)
{
	const bool slept = exit_slept(exit) > 0; /* then address and value are times */
	const uint64_t rest = exit->frame | (uint64_t)exit->kind << 32 | (uint64_t)exit->cpl_size << 40 |
			      (uint64_t)exit->flags << 48 | (uint64_t)exit->vector << 56;
	uint64_t hash = sequence_mix(sequence_mix(0, exit->rip), slept ? 0 : exit->address);

	return sequence_mix(sequence_mix(hash, slept ? 0 : exit->value), rest);
}

static uint64_t hash_event(const struct event_record *event, uint64_t a, uint64_t b)
{
	return sequence_mix(sequence_mix(sequence_mix(0, a), b), event->pid | (uint64_t)event->kind << 32);
}

/*
 * What a record adds to the sequences of all traces; times are told from the start of the run, so that runs of
 * different days can be the same.
 */
static void measure(const struct diff_side *side, const union record *record, struct element *element)
{
	const uint64_t start = side->clock->tsc_start;

	if (record_is_event(record)) {
		element->lines[DIFF_RECORDS] = hash_event(&record->event, record->event.a, record->event.b);
		element->lines[DIFF_TIMES] = record->event.tsc - start;
	} else {
		element->lines[DIFF_RECORDS] = hash_exit(&record->exit);
		element->lines[DIFF_TIMES] = sequence_mix(record->exit.entry - start, record->exit.tsc - start);
	}
	element->lines[DIFF_EVENTS] = element->lines[DIFF_RECORDS];
	element->lines[DIFF_DECISIONS] = record->event.pid;
}

/* Whether a record belongs to a line. What the host did to the VMM belongs to none. */
static bool is_in(enum diff_line line, const union record *record)
{
	if (record_is_of_vmm(record))
		return false;
	return line <= DIFF_TIMES || (line == DIFF_EVENTS && record_is_event(record)) ||
	       record->exit.kind == RECORD_EVENT + RINGSIDE_EVENT_RESTORE;
}

/* Whether an event is of what its process does itself. *interrupted: whether the process is in an interrupt. */
static bool is_own(const struct event_record *event, bool *interrupted)
{
	const bool was_interrupted = *interrupted;

	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_INTERRUPT:
		*interrupted = true;
		return false;
	case RINGSIDE_EVENT_NESTED:
	case RINGSIDE_EVENT_SAVE:
	case RINGSIDE_EVENT_RESTORE:
	case RINGSIDE_EVENT_SWITCH:
	case RINGSIDE_EVENT_WAKE:
	case RINGSIDE_EVENT_SPACE:
	case RINGSIDE_EVENT_PAGE: /* who writes first gets the copy */
		return false;
	case RINGSIDE_EVENT_RETURN:
		*interrupted = false;
		return !was_interrupted;
	default:
		return true;
	}
}

static uint64_t hash_own(const struct diff *diff, const struct event_record *event)
{
	const bool *hidden = diff->hidden[event->kind - RECORD_EVENT];

	return hash_event(event, hidden[0] ? 0 : event->a, hidden[1] ? 0 : event->b);
}

/* Addresses in the kernel's own memory, which are given out in the order of asking. */
static bool is_hidden(const char *name)
{
	return strcmp(name, "kstack") == 0 || strcmp(name, "cr3") == 0 || strcmp(name, "idt") == 0;
}

/* ---- the first reading ---- */

struct diff *diff_new(const struct trace_clock *const clocks[], const struct symbols *const symbols[])
{
	struct diff *diff = calloc(1, sizeof(*diff));

	if (diff == NULL)
		return NULL;
	for (unsigned i = 0; i < DIFF_SIDES; i++) {
		struct diff_side *side = &diff->sides[i];
		side->clock = clocks[i];
		side->symbols = symbols[i];
		side->profile = profile_new(symbols[i], NULL);
		diff->no_memory |= side->profile == NULL;
	}
	for (unsigned kind = 0; kind < RINGSIDE_EVENT_COUNT; kind++)
		for (unsigned i = 0; i < 2; i++)
			diff->hidden[kind][i] = is_hidden(event_argument(kind, i));
	if (!diff->no_memory)
		return diff;
	diff_free(diff);
	return NULL;
}

void diff_free(struct diff *diff)
{
	if (diff == NULL)
		return;
	for (unsigned i = 0; i < DIFF_SIDES; i++) {
		struct diff_side *side = &diff->sides[i];
		profile_free(side->profile);
		for (unsigned line = 0; line < DIFF_LINES; line++)
			sequence_free(&side->lines[line]);
		for (unsigned j = 0; j < DIFF_PROCESSES; j++)
			sequence_free(&side->processes[j].own);
	}
	for (size_t i = 0; i < diff->parting_count; i++)
		free(diff->partings[i].elements);
	free(diff);
}

static struct diff_process *add_process(struct diff_side *side, uint32_t pid)
{
	struct diff_process *process = PID_FIND(side->processes, pid);

	if (process != NULL)
		return process;
	process = PID_ADD(side->processes, pid);
	if (process != NULL)
		process->image = IMAGE_UNKNOWN;
	return process;
}

static void learn_program(struct diff_side *side, const struct event_record *event, struct diff_process *process)
{
	if (event->kind == RECORD_EVENT + RINGSIDE_EVENT_PROC_LOAD && side->symbols != NULL) {
		process->image = symbols_program(side->symbols, event->b);
	} else if (event->kind == RECORD_EVENT + RINGSIDE_EVENT_FORK) {
		struct diff_process *child = add_process(side, (uint32_t)event->a);
		if (child != NULL)
			child->image = process->image;
	}
}

static void record_event(const struct diff *diff, struct diff_side *side, const struct event_record *event)
{
	struct diff_process *process = add_process(side, event->pid);

	if (process == NULL)
		return;
	learn_program(side, event, process);
	if (is_own(event, &process->interrupted))
		sequence_add(&process->own, hash_own(diff, event));
}

void diff_record(struct diff *diff, unsigned side, const union record *record)
{
	struct diff_side *of = &diff->sides[side];
	struct element element;

	of->records++;
	profile_record(of->profile, record);
	if (record_is_of_vmm(record))
		return; /* what the host did is no part of the run */
	measure(of, record, &element);
	for (enum diff_line line = 0; line < DIFF_LINES; line++)
		if (is_in(line, record))
			sequence_add(&of->lines[line], element.lines[line]);
	if (record_is_event(record))
		record_event(diff, of, &record->event);
}

/* ---- between the readings ---- */

bool diff_same(const struct diff *diff, enum diff_line line)
{
	const struct diff_side *a = &diff->sides[DIFF_A], *b = &diff->sides[DIFF_B];

	return sequence_same(&a->lines[line], &b->lines[line]) &&
	       (line != DIFF_TIMES || a->clock->tsc_khz == b->clock->tsc_khz);
}

const struct diff_side *diff_side(const struct diff *diff, unsigned side)
{
	return &diff->sides[side];
}

static void add_parting(struct diff *diff, enum diff_line line, uint32_t pid, const struct sequence *a,
			const struct sequence *b)
{
	if (sequence_same(a, b) || diff->parting_count == PARTINGS_MAX)
		return;
	diff->partings[diff->parting_count++] =
		(struct diff_parting){.line = line, .pid = pid, .range = sequence_part(a, b)};
	diff->partings[diff->parting_count - 1].index = diff->partings[diff->parting_count - 1].range.from;
}

static void add_line(struct diff *diff, enum diff_line line)
{
	add_parting(diff, line, 0, &diff->sides[DIFF_A].lines[line], &diff->sides[DIFF_B].lines[line]);
}

int diff_end(struct diff *diff)
{
	const struct diff_side *a = &diff->sides[DIFF_A], *b = &diff->sides[DIFF_B];

	for (unsigned i = 0; i < DIFF_SIDES; i++) {
		profile_end(diff->sides[i].profile);
		for (unsigned line = 0; line < DIFF_LINES; line++)
			diff->no_memory |= diff->sides[i].lines[line].failed;
		for (unsigned j = 0; j < DIFF_PROCESSES; j++)
			diff->no_memory |= diff->sides[i].processes[j].own.failed;
	}
	if (diff->no_memory)
		return -1;
	add_line(diff, diff_same(diff, DIFF_EVENTS) ? DIFF_RECORDS : DIFF_EVENTS);
	add_line(diff, DIFF_DECISIONS);
	for (unsigned i = 0; i < DIFF_PROCESSES; i++) {
		const struct diff_process *one = &a->processes[i];
		const struct diff_process *other = one->slot.used ? PID_FIND(b->processes, one->slot.pid) : NULL;
		if (other != NULL)
			add_parting(diff, DIFF_LINES, one->slot.pid, &one->own, &other->own);
	}
	return 0;
}

/* ---- the second reading ---- */

const struct diff_parting *diff_parting(const struct diff *diff, enum diff_line line, uint32_t pid)
{
	for (size_t i = 0; i < diff->parting_count; i++)
		if (diff->partings[i].line == line && diff->partings[i].pid == pid)
			return &diff->partings[i];
	return NULL;
}

int diff_search_begin(struct diff *diff, unsigned side)
{
	struct search *search = &diff->search;

	memset(search, 0, sizeof(*search));
	search->side = side;
	for (size_t i = 0; i < diff->parting_count; i++) {
		struct diff_parting *parting = &diff->partings[i];
		/* What has no element there has ended. */
		parting->at[side] = (struct diff_place){.ended = true};
		search->left++;
		if (parting->line != DIFF_LINES)
			continue;
		struct search_process *process = PID_ADD(search->processes, parting->pid);
		if (process != NULL)
			process->parting = parting;
	}
	return diff->no_memory ? -1 : 0;
}

/* Keeps an element of A in the range. */
static void keep(struct diff *diff, struct diff_parting *parting, uint64_t index, uint64_t hash)
{
	if (!array_reserve(&parting->elements, &parting->element_capacity, parting->element_count + 1, ELEMENTS_MAX,
			   sizeof(*parting->elements)))
		diff->no_memory = true;
	else
		parting->elements[parting->element_count++] = (struct diff_element){hash, diff->search.record};
	if (index + 1 == parting->range.to)
		diff->search.left--;
}

static void set_place(struct diff_parting *parting, unsigned side, uint64_t record)
{
	parting->at[side] = (struct diff_place){.record = record};
}

/* Compares an element of B with the one of A, which may have none any more. */
static void compare(struct diff *diff, struct diff_parting *parting, uint64_t index, uint64_t hash)
{
	const uint64_t i = index - parting->range.from;

	parting->index = index + 1; /* where A goes on if B ends here */
	if (parting->found || (i < parting->element_count && parting->elements[i].hash == hash))
		return;
	parting->found = true;
	parting->index = index;
	set_place(parting, DIFF_B, diff->search.record);
	if (i < parting->element_count)
		set_place(parting, DIFF_A, parting->elements[i].record);
	diff->search.left--;
}

static void search_element(struct diff *diff, struct diff_parting *parting, uint64_t index, uint64_t hash)
{
	if (parting == NULL || index < parting->range.from || index >= parting->range.to || parting->found)
		return;
	(diff->search.side == DIFF_A ? keep : compare)(diff, parting, index, hash);
}

bool diff_search_record(struct diff *diff, const union record *record)
{
	struct search *search = &diff->search;
	struct element element;

	if (record_is_of_vmm(record)) {
		search->record++;
		return true;
	}
	measure(&diff->sides[search->side], record, &element);
	for (size_t i = 0; i < diff->parting_count && diff->partings[i].line < DIFF_LINES; i++) {
		const enum diff_line line = diff->partings[i].line;
		if (is_in(line, record))
			search_element(diff, &diff->partings[i], search->lines[line]++, element.lines[line]);
	}
	if (record_is_event(record) && !record_is_of_vmm(record)) {
		struct search_process *process = PID_FIND(search->processes, record->event.pid);
		if (process != NULL && is_own(&record->event, &process->interrupted))
			search_element(diff, process->parting, process->own++, hash_own(diff, &record->event));
	}
	search->record++;
	return search->left > 0 && !diff->no_memory;
}

void diff_search_end(struct diff *diff)
{
	for (size_t i = 0; i < diff->parting_count; i++) {
		struct diff_parting *parting = &diff->partings[i];
		const uint64_t next = parting->index - parting->range.from;
		if (!parting->found && next < parting->element_count)
			set_place(parting, DIFF_A, parting->elements[next].record);
	}
}

/* ---- the third reading ---- */

uint64_t diff_next_place(const struct diff *diff, unsigned side, uint64_t record)
{
	uint64_t next = UINT64_MAX;

	for (size_t i = 0; i < diff->parting_count; i++) {
		const struct diff_place *place = &diff->partings[i].at[side];
		if (!place->ended && place->record >= record && place->record < next)
			next = place->record;
	}
	return next;
}

void diff_set_place(struct diff *diff, unsigned side, uint64_t record, const union record *what)
{
	for (size_t i = 0; i < diff->parting_count; i++)
		if (diff->partings[i].at[side].record == record)
			diff->partings[i].at[side].what = *what;
}
