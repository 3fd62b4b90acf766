/* SPDX-License-Identifier: MIT */
/*
 * Prints records as lines: keeps sequence, CPL, processes and calls, and holds back exits until it is known
 * when the VMM was done with them, calls until their arguments have come. The lines are text_line.c's.
 */
#include "text/text.h"

#include <stdlib.h>
#include <string.h>

#include "text/text_internal.h"

enum { HELD_FIRST = 64, HELD_MAX = 1 << 16 }; /* records held back; of more, what they wait for stays unknown */

struct text_printer *text_new(FILE *out, const struct trace_clock *clock, const struct symbols *symbols, bool colour)
{
	struct text_printer *printer = calloc(1, sizeof(*printer));

	if (printer == NULL)
		return NULL;
	printer->out = out;
	printer->clock = clock;
	printer->symbols = symbols;
	printer->colour = colour;
	printer->sequence = 1;
	printer->cpl = CPL_UNKNOWN;
	printer->left = UINT64_MAX;
	return printer;
}

void text_free(struct text_printer *printer)
{
	if (printer == NULL)
		return;
	free(printer->held);
	free(printer);
}

void text_width(struct text_printer *printer, unsigned columns)
{
	printer->width = columns;
}

void text_choose(struct text_printer *printer, struct text_choice choice)
{
	printer->choice = choice;
}

void text_limit(struct text_printer *printer, uint64_t lines)
{
	printer->left = lines;
}

bool text_full(const struct text_printer *printer)
{
	return printer->left == 0;
}

void text_set_constants(struct text_printer *printer, struct text_constants constants)
{
	printer->constants = constants;
}

void text_set_extra(struct text_printer *printer, struct text_extra extra)
{
	printer->extra = extra;
}

static bool is_call(const union record *record)
{
	return record->exit.kind == RECORD_EVENT + RINGSIDE_EVENT_SYSCALL ||
	       record->exit.kind == RECORD_EVENT + RINGSIDE_EVENT_SERVICE;
}

static bool is_arguments(const union record *record)
{
	return record->exit.kind == RECORD_EVENT + RINGSIDE_EVENT_ARGUMENTS;
}

/* ---- what a filter is asked about ---- */

static bool is_wanted(const struct text_printer *printer, const struct held *held, unsigned cpl)
{
	const union record *record = &held->record;
	const struct process *process;

	if (printer->choice.wants == NULL)
		return true;
	process = record_is_event(record) ? processes_by_pid(&printer->processes, record->event.pid)
					  : processes_by_frame(&printer->processes, record->exit.frame);
	return printer->choice.wants(printer->choice.context, &(struct text_moment){.record = record,
										    .clock = printer->clock,
										    .symbols = printer->symbols,
										    .process = process,
										    .sequence = printer->sequence,
										    .entered = held->entered,
										    .cpl = cpl});
}

/* ---- printing ---- */

/* The arguments of a call stand in the line of the call. */
static void gather_arguments(struct text_printer *printer, unsigned call)
{
	const struct event_record *event = &printer->held[call].record.event;
	const struct process *process = processes_by_pid(&printer->processes, event->pid);

	calls_learn(&printer->calls, event);
	calls_learn_image(&printer->calls, event->pid, process != NULL ? process->image : PLACE_UNKNOWN);
	for (unsigned i = call + 1; i < printer->held_count; i++) {
		struct held *held = &printer->held[i];
		if (record_is_event(&held->record) && !is_arguments(&held->record))
			break;
		if (!is_arguments(&held->record))
			continue;
		calls_learn(&printer->calls, &held->record.event);
		held->told = true;
	}
}

static void take(struct text_printer *printer, const struct held *held)
{
	const union record *record = &held->record;
	unsigned before = printer->cpl, cpl = record_cpl(record);
	bool event = record_is_event(record), doorbell = !event && record_is_doorbell(record);

	if (doorbell)
		printer->cpl = cpl;
	if (!held->skip && !held->told && printer->left > 0 && is_wanted(printer, held, cpl)) {
		printer->left--;
		if (event)
			line_event(printer, &record->event, cpl);
		else
			line_exit(printer, &record->exit, cpl, held->entered);
	}
	if (event)
		processes_learn(&printer->processes, &record->event, printer->symbols);
	printer->sequence += !event;
	printer->cpl = doorbell ? before : cpl;
}

static void take_held(struct text_printer *printer, unsigned i)
{
	const union record *record = &printer->held[i].record;

	if (is_call(record))
		gather_arguments(printer, i);
	else if (record->exit.kind == RECORD_EVENT + RINGSIDE_EVENT_SYSCALL_RESULT)
		calls_learn(&printer->calls, &record->event);
	take(printer, &printer->held[i]);
}

/* ---- holding back ---- */

/* Whether all arguments of a call have come, or something else that shows they never will. */
static bool is_complete(const struct text_printer *printer, unsigned call)
{
	unsigned wanted = (syscall_arguments(printer->held[call].record.event.a) + 1) / 2;

	for (unsigned i = call + 1; i < printer->held_count && wanted > 0; i++) {
		if (!record_is_event(&printer->held[i].record))
			continue;
		if (!is_arguments(&printer->held[i].record))
			return true;
		wanted--;
	}
	return wanted == 0;
}

static bool is_ready(const struct text_printer *printer, unsigned i, bool last_exit)
{
	const union record *record = &printer->held[i].record;

	if (is_call(record))
		return is_complete(printer, i);
	return record_is_event(record) || !last_exit;
}

static bool is_last_exit(const struct text_printer *printer, unsigned i)
{
	return printer->open && i == printer->open_index;
}

/* Prints from the front what need not wait, or everything. */
static void release(struct text_printer *printer, bool everything)
{
	unsigned done = 0;

	while (done < printer->held_count && (everything || is_ready(printer, done, is_last_exit(printer, done))))
		take_held(printer, done++);
	if (printer->open && printer->open_index < done)
		printer->open = false;
	printer->open_index -= done;
	printer->held_count -= done;
	if (done > 0)
		memmove(printer->held, printer->held + done, printer->held_count * sizeof(*printer->held));
}

static bool make_room(struct text_printer *printer)
{
	if (printer->held_count < printer->held_capacity)
		return true;
	unsigned capacity = printer->held_capacity > 0 ? printer->held_capacity * 2 : HELD_FIRST;
	struct held *grown = capacity <= HELD_MAX ? reallocarray(printer->held, capacity, sizeof(*grown)) : NULL;
	if (grown == NULL)
		return false;
	printer->held = grown;
	printer->held_capacity = capacity;
	return true;
}

static void enter(struct text_printer *printer, uint64_t tsc)
{
	if (printer->open)
		printer->held[printer->open_index].entered = tsc;
	printer->open = false;
}

static void accept(struct text_printer *printer, const union record *record, bool skip)
{
	bool event = record_is_event(record);

	if (!event)
		enter(printer, record->exit.entry);
	if (!make_room(printer))
		release(printer, true);
	if (printer->held_capacity == 0) { /* no memory at all */
		take(printer, &(struct held){.record = *record, .skip = skip});
		return;
	}
	printer->held[printer->held_count] = (struct held){.record = *record, .skip = skip};
	if (!event) {
		printer->open = true;
		printer->open_index = printer->held_count;
	}
	printer->held_count++;
	/* An exit completes no call, so what waits for one need not be looked at again. */
	if (event || !is_call(&printer->held[0].record))
		release(printer, false);
}

void text_record(struct text_printer *printer, const union record *record)
{
	accept(printer, record, false);
}

void text_skip(struct text_printer *printer, const union record *record)
{
	accept(printer, record, true);
}

void text_entered(struct text_printer *printer, uint64_t tsc)
{
	enter(printer, tsc);
	release(printer, false);
}

void text_flush(struct text_printer *printer)
{
	release(printer, true);
	fflush(printer->out);
}

void text_sequence(struct text_printer *printer, uint64_t sequence)
{
	release(printer, true);
	printer->sequence = sequence;
}
