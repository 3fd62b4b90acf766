/* SPDX-License-Identifier: MIT */
/* Lays out the lines of the text printer: columns, symbols, colours. Called by text.c. */
#include <string.h>

#include "text/names.h"
#include "text/text_internal.h"

/* Columns: where a right-aligned one ends, where a left-aligned one starts. */
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

/* Cuts off what does not fit the terminal: of the place and RIP, behind `detail_end`, and not of what was asked for. */
static void fit(struct text_printer *printer, unsigned detail_end)
{
	struct layout *line = &printer->line;
	unsigned limit = printer->width > detail_end ? printer->width : detail_end, column = layout_column(line);

	if (printer->width > 0 && printer->extra.tell == NULL && column > limit)
		line->length -= column - limit; /* nothing there is coloured, or takes more bytes than columns */
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

static int image_of(const struct process *process, bool user, uint64_t address)
{
	return place_image(process != NULL ? process->image : PLACE_UNKNOWN, user, address);
}

void text_symbol(struct text_printer *printer, uint32_t frame, uint64_t address, char *buffer, size_t size)
{
	struct layout symbol;

	if (size == 0)
		return;
	layout_start(&symbol, false);
	place_put(&symbol, printer->symbols, image_of(processes_by_frame(&printer->processes, frame), false, address),
		  address);
	size_t length = symbol.length < size ? symbol.length : size - 1;
	memcpy(buffer, symbol.text, length);
	buffer[length] = '\0';
}

/* Disassembly and source line, where there is somebody to tell them. */
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

/* What is called like that, and its address. `user`: it was used at CPL 3. */
static void put_place(struct text_printer *printer, const union record *record, const struct process *process,
		      bool user, uint64_t address)
{
	struct layout *line = &printer->line;
	int image = image_of(process, user, address);
	unsigned detail_end = layout_column(line);

	layout_to(line, PLACE_START);
	place_put(line, printer->symbols, image, address);
	layout_to(line, RIP_START);
	layout_hex(line, "", address);
	put_extra(printer, record, image, address);
	fit(printer, detail_end);
}

/* "3→0" where it changed, else the number alone; nothing where it is not known */
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

void line_exit(struct text_printer *printer, const struct exit_record *exit, unsigned cpl, uint64_t entered)
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

void line_event(struct text_printer *printer, const struct event_record *event, unsigned cpl)
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
	detail_event_of(line, event, printer->symbols, calls_find(&printer->calls, event->pid), &printer->constants);
	if (detail_event_address(event, &address))
		put_place(printer, (const union record *)event, processes_by_pid(&printer->processes, event->pid), true,
			  address);
	end_line(printer);
}
