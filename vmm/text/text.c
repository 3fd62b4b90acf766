/* SPDX-License-Identifier: MIT */
/*
 * Prints records as lines: see text.h. Holds records back while their lines are not complete: an exit until the guest
 * is entered again, which ends the VMM's time; a system call until the events with its arguments have come.
 */
#include "text/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "text/calls.h"
#include "text/detail.h"
#include "text/names.h"
#include "text/place.h"

enum { HELD_MAX = 1 << 12 }; /* records held back; one more, and all are printed without what they wait for */

struct held {
	union record record;
	uint64_t entered; /* exit: when the guest was entered again; 0 = not known */
	bool skip;	  /* text_skip(): must not be printed */
	bool told;	  /* the line of an earlier record contains this record, an event with arguments of a call */
};

struct text_printer {
	FILE *out;
	const struct trace_clock *clock;
	const struct symbols *symbols;
	struct text_constants constants; /* find() NULL = none */
	bool colour;
	unsigned width;		   /* of the terminal, in columns; 0 = none */
	uint64_t sequence;	   /* number of the next exit */
	unsigned cpl;		   /* CPL after the last record */
	struct text_choice choice; /* wants() NULL = every record */
	struct text_extra extra;
	uint64_t left;	   /* lines still to be printed */
	struct held *held; /* records whose lines are not complete, and all records after them */
	size_t held_count, held_capacity;
	bool open;	   /* the last exit is held, and the guest has not been entered since */
	size_t open_index; /* index of that exit in `held` */
	struct processes processes;
	struct calls calls;
	struct layout line;
};

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

/* ---- lines ---- */

/* The columns of a line: where a right-aligned column ends, and where a left-aligned column starts. */
enum {
	EXIT_END = 7,
	TIME_END = 20,
	GUEST_END = 29,
	VMM_END = 38,
	CPL_END = 43,
	PID_END = 48,
	NAME_START = 50,
	EVENT_INDENT = 2,
	DETAIL_START = 68,
	PLACE_START = 117,
	RIP_START = 145,
	EXTRA_START = 165,
};

enum { EXTRA_SIZE = 256, NS_PER_HUNDREDTH_US = 10 };

/* Cuts the line at the terminal's width, but not before column `detail_end`, and not when the line has extra text. */
static void fit(struct text_printer *printer, unsigned detail_end)
{
	struct layout *line = &printer->line;
	unsigned limit = printer->width > detail_end ? printer->width : detail_end, column = layout_column(line);

	if (printer->width > 0 && printer->extra.tell == NULL && column > limit)
		line->length -= column - limit; /* the part cut off has no colours and only one-byte characters */
}

static void end_line(struct text_printer *printer)
{
	struct layout *line = &printer->line;

	while (line->length > 0 && line->text[line->length - 1] == ' ')
		line->length--;
	if (line->length == sizeof(line->text))
		line->length--;
	line->text[line->length++] = '\n';
	fwrite(line->text, 1, line->length, printer->out);
}

void text_header(struct text_printer *printer)
{
	struct layout *line = &printer->line;

	layout_start(line, printer->colour);
	layout_colour(line, COLOUR_FAINT);
	layout_text_to(line, EXIT_END, "exit");
	layout_text_to(line, TIME_END, "time ms");
	layout_to(line, GUEST_END - 8);
	layout_utf8(line, "guest " MICROSECONDS);
	layout_to(line, VMM_END - 6);
	layout_utf8(line, "VMM " MICROSECONDS);
	layout_text_to(line, CPL_END, "CPL");
	layout_text_to(line, PID_END, "pid");
	layout_to(line, NAME_START);
	layout_text(line, "event");
	layout_to(line, DETAIL_START);
	layout_text(line, "detail");
	layout_to(line, PLACE_START);
	layout_text(line, "where");
	layout_to(line, RIP_START);
	layout_text(line, "RIP");
	fit(printer, DETAIL_START);
	layout_colour(line, LAYOUT_PLAIN);
	end_line(printer);
}

void text_symbol(struct text_printer *printer, uint32_t frame, uint64_t address, char *buffer, size_t size)
{
	const struct process *process = processes_by_frame(&printer->processes, frame);
	struct layout symbol;

	if (size == 0)
		return;
	layout_start(&symbol, false);
	place_put(&symbol, printer->symbols, place_image(process_image(process), false, address), address);
	size_t length = symbol.length < size ? symbol.length : size - 1;
	memcpy(buffer, symbol.text, length);
	buffer[length] = '\0';
}

/* Appends the text of extra.tell(), which is disassembly or a source line. */
static void put_extra(struct text_printer *printer, const union record *record, int image, uint64_t address)
{
	char text[EXTRA_SIZE] = "";

	if (printer->extra.tell == NULL || image < 0)
		return;
	printer->extra.tell(printer->extra.context, record, image, address, text, sizeof(text));
	if (text[0] == '\0')
		return;
	layout_to(&printer->line, EXTRA_START);
	layout_text(&printer->line, text);
}

/* Appends the name of an address, and the address. `user`: the address was used at CPL 3. */
static void put_place(struct text_printer *printer, const union record *record, const struct process *process,
		      bool user, uint64_t address)
{
	struct layout *line = &printer->line;
	int image = place_image(process_image(process), user, address);
	unsigned detail_end = layout_column(line);

	layout_to(line, PLACE_START);
	place_put(line, printer->symbols, image, address);
	layout_to(line, RIP_START);
	layout_hex(line, "", address);
	put_extra(printer, record, image, address);
	fit(printer, detail_end);
}

/* Appends "3→0" if the CPL has changed, else the CPL alone; nothing if the CPL is unknown. */
static void put_cpl(struct text_printer *printer, unsigned cpl)
{
	struct layout *line = &printer->line;
	bool changed = printer->cpl != CPL_UNKNOWN && printer->cpl != cpl;

	if (cpl == CPL_UNKNOWN)
		return;
	if (!changed) {
		layout_decimal_to(line, CPL_END, cpl);
		return;
	}
	layout_to(line, CPL_END - 3);
	layout_colour(line, COLOUR_TRANSITION);
	layout_decimal(line, "", printer->cpl);
	layout_utf8(line, MARK_ARROW);
	layout_decimal(line, "", cpl);
	layout_colour(line, LAYOUT_PLAIN);
}

static void put_microseconds(struct layout *line, unsigned end, uint64_t ns)
{
	layout_fixed_to(line, end, (ns + NS_PER_HUNDREDTH_US / 2) / NS_PER_HUNDREDTH_US, 2);
}

static void put_time(struct text_printer *printer, uint64_t tsc)
{
	layout_fixed_to(&printer->line, TIME_END, trace_clock_ns(printer->clock, tsc), 6);
}

static bool is_crash(unsigned reason)
{
	return reason == RINGSIDE_EXIT_SHUTDOWN || reason == RINGSIDE_EXIT_INTERNAL_ERROR ||
	       reason == RINGSIDE_EXIT_FAIL_ENTRY;
}

static void put_exit_name(struct layout *line, unsigned reason)
{
	const char *name = exit_name(reason);

	layout_to(line, NAME_START);
	if (is_crash(reason))
		layout_colour(line, COLOUR_BAD);
	if (name != NULL)
		layout_text(line, name);
	else
		layout_decimal(line, "reason ", reason);
	if (is_crash(reason))
		layout_colour(line, LAYOUT_PLAIN);
}

static uint64_t ticks_between(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

static void put_exit(struct text_printer *printer, const struct exit_record *exit, unsigned cpl, uint64_t entered)
{
	const struct process *process = processes_by_frame(&printer->processes, exit->frame);
	struct layout *line = &printer->line;
	uint64_t vmm_ns = DETAIL_TIME_UNKNOWN;

	layout_start(line, printer->colour);
	layout_decimal_to(line, EXIT_END, printer->sequence);
	put_time(printer, exit->tsc);
	put_microseconds(line, GUEST_END, trace_clock_ticks_ns(printer->clock, ticks_between(exit->entry, exit->tsc)));
	if (entered != 0) {
		vmm_ns = trace_clock_ticks_ns(printer->clock, ticks_between(exit->tsc, entered));
		put_microseconds(line, VMM_END, vmm_ns);
	} else {
		layout_text_to(line, VMM_END, "-");
	}
	put_cpl(printer, cpl);
	if (process != NULL)
		layout_decimal_to(line, PID_END, process->pid);
	else
		layout_text_to(line, PID_END, "-");
	put_exit_name(line, exit->kind);
	layout_to(line, DETAIL_START);
	detail_exit(line, exit, vmm_ns);
	put_place(printer, (const union record *)exit, process, cpl == CPL_USER, exit->rip);
	end_line(printer);
}

static void put_event(struct text_printer *printer, const struct event_record *event, unsigned cpl)
{
	const char *name = event_name(event->kind - RECORD_EVENT);
	struct layout *line = &printer->line;
	uint64_t address;

	layout_start(line, printer->colour);
	put_time(printer, event->tsc);
	put_cpl(printer, cpl);
	layout_decimal_to(line, PID_END, event->pid);
	layout_to(line, NAME_START + EVENT_INDENT);
	layout_colour(line, COLOUR_EVENT);
	layout_text(line, name != NULL ? name : "unknown event");
	layout_colour(line, LAYOUT_PLAIN);
	layout_to(line, DETAIL_START);
	detail_event(line, event, printer->symbols, calls_find(&printer->calls, event->pid), &printer->constants);
	if (detail_event_address(event, &address))
		put_place(printer, (const union record *)event, processes_by_pid(&printer->processes, event->pid), true,
			  address);
	end_line(printer);
}

/* ---- choosing and printing ---- */

static bool is_call(const union record *record)
{
	return event_begins_call(record->event.kind - RECORD_EVENT);
}

static bool is_arguments(const union record *record)
{
	return record->exit.kind == RECORD_EVENT + RINGSIDE_EVENT_ARGUMENTS;
}

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

/* Moves the arguments in the events after a call into the call's line. */
static void gather_arguments(struct text_printer *printer, size_t call)
{
	const struct event_record *event = &printer->held[call].record.event;
	const struct process *process = processes_by_pid(&printer->processes, event->pid);

	calls_learn(&printer->calls, event);
	calls_learn_image(&printer->calls, event->pid, process_image(process));
	for (size_t i = call + 1; i < printer->held_count; i++) {
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
			put_event(printer, &record->event, cpl);
		else
			put_exit(printer, &record->exit, cpl, held->entered);
	}
	if (event)
		processes_learn(&printer->processes, &record->event, printer->symbols);
	printer->sequence += !event;
	printer->cpl = doorbell ? before : cpl;
}

static void take_held(struct text_printer *printer, size_t i)
{
	const union record *record = &printer->held[i].record;

	if (is_call(record))
		gather_arguments(printer, i);
	else if (record->exit.kind == RECORD_EVENT + RINGSIDE_EVENT_SYSCALL_RESULT)
		calls_learn(&printer->calls, &record->event);
	take(printer, &printer->held[i]);
}

/* ---- holding back ---- */

/* Whether all arguments of a call are held, or another event, after which no more of them come. */
static bool is_complete(const struct text_printer *printer, size_t call)
{
	unsigned wanted = (syscall_arguments(printer->held[call].record.event.a) + 1) / 2;

	for (size_t i = call + 1; i < printer->held_count && wanted > 0; i++) {
		if (!record_is_event(&printer->held[i].record))
			continue;
		if (!is_arguments(&printer->held[i].record))
			return true;
		wanted--;
	}
	return wanted == 0;
}

static bool is_ready(const struct text_printer *printer, size_t i, bool last_exit)
{
	const union record *record = &printer->held[i].record;

	if (is_call(record))
		return is_complete(printer, i);
	return record_is_event(record) || !last_exit;
}

static bool is_last_exit(const struct text_printer *printer, size_t i)
{
	return printer->open && i == printer->open_index;
}

/* Prints held records, the oldest first, up to the first one whose line is not complete; or all of them. */
static void release(struct text_printer *printer, bool everything)
{
	size_t done = 0;

	while (done < printer->held_count && (everything || is_ready(printer, done, is_last_exit(printer, done))))
		take_held(printer, done++);
	if (printer->open && printer->open_index < done)
		printer->open = false;
	printer->open_index -= done;
	printer->held_count -= done;
	if (done > 0)
		memmove(printer->held, printer->held + done, printer->held_count * sizeof(*printer->held));
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
	if (!array_reserve(&printer->held, &printer->held_capacity, printer->held_count + 1, HELD_MAX,
			   sizeof(*printer->held)))
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
	/* An exit completes no call, so a call at the front still waits for its arguments. */
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
