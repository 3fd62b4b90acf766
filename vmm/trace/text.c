/* SPDX-License-Identifier: MIT */
/*
 * Prints records as lines: keeps sequence, CPL and processes, and the exits, with the events that follow,
 * that wait until it is known when the VMM was done with them. The lines are text_line.c's.
 */
#include "trace/text.h"

#include <stdlib.h>

#include "ringside/device.h"
#include "trace/text_internal.h"

enum { HELD_FIRST = 64, HELD_MAX = 1 << 16 }; /* records held back; of more, the exit's VMM time stays unknown */

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
	return printer;
}

void text_free(struct text_printer *printer)
{
	if (printer == NULL)
		return;
	free(printer->held);
	free(printer);
}

/* The ring a record leaves the vCPU in. Events are the kernel's words, so all but the return to a process mean ring 0.
 */
static unsigned cpl_after(const union record *record)
{
	const struct event_record *event = &record->event;

	if (!record_is_event(record))
		return record->exit.cpl_size & 3;
	bool to_process =
		event->kind == RECORD_EVENT + RINGSIDE_EVENT_RETURN && event->pid != 0 && !is_kernel_half(event->a);
	return to_process ? CPL_USER : CPL_KERNEL;
}

/* The kernel rings the doorbell right after it wrote an event, whose CPL it has yet to change to. */
static bool is_doorbell(const union record *record)
{
	return record->exit.kind == RINGSIDE_EXIT_IO &&
	       (uint16_t)record->exit.address == RINGSIDE_PORT + RINGSIDE_REG_DOORBELL;
}

static void take(struct text_printer *printer, const union record *record, bool skip, uint64_t entered)
{
	unsigned before = printer->cpl, cpl = cpl_after(record);
	bool event = record_is_event(record), doorbell = !event && is_doorbell(record);

	if (doorbell)
		printer->cpl = cpl;
	if (!skip && event)
		line_event(printer, &record->event, cpl);
	else if (!skip)
		line_exit(printer, &record->exit, cpl, entered);
	if (event)
		processes_learn(&printer->processes, &record->event, printer->symbols);
	printer->sequence += !event;
	printer->cpl = doorbell ? before : cpl;
}

static void release(struct text_printer *printer, uint64_t entered)
{
	for (unsigned i = 0; i < printer->held_count; i++)
		take(printer, &printer->held[i].record, printer->held[i].skip, entered);
	printer->held_count = 0;
}

static bool hold(struct text_printer *printer, const union record *record, bool skip)
{
	if (printer->held_count == printer->held_capacity) {
		unsigned capacity = printer->held_capacity > 0 ? printer->held_capacity * 2 : HELD_FIRST;
		struct held *grown =
			capacity <= HELD_MAX ? reallocarray(printer->held, capacity, sizeof(*grown)) : NULL;
		if (grown == NULL)
			return false;
		printer->held = grown;
		printer->held_capacity = capacity;
	}
	printer->held[printer->held_count++] = (struct held){*record, skip};
	return true;
}

static void accept(struct text_printer *printer, const union record *record, bool skip)
{
	bool waits = record_is_event(record) ? printer->held_count > 0 : !skip;

	if (!record_is_event(record))
		release(printer, record->exit.entry);
	if (waits && hold(printer, record, skip))
		return;
	release(printer, 0);
	take(printer, record, skip, 0);
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
	release(printer, tsc);
}

void text_flush(struct text_printer *printer)
{
	release(printer, 0);
	fflush(printer->out);
}

void text_sequence(struct text_printer *printer, uint64_t sequence)
{
	release(printer, 0);
	printer->sequence = sequence;
}
