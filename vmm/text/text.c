/* SPDX-License-Identifier: MIT */
/*
 * Prints records as lines: see text.h. Holds records back while their lines are not complete: an exit until the guest
 * is entered again, which ends the VMM's time; a system call until the events with its arguments have come.
 */
#include "text/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/table.h"
#include "text/calls.h"
#include "text/detail.h"
#include "text/names.h"
#include "text/place.h"

enum {
	HELD_MAX = 1 << 12, /* records held back; one more, and all are printed without what they wait for */
	EXTRA_SIZE = 256,
};

struct held {
	union record record;
	uint64_t entered; /* exit: when the guest was entered again; 0 = not known */
	bool skip;	  /* text_skip(): must not be printed */
	bool told;	  /* the line of an earlier record contains this record, an event with arguments of a call */
};

/* What a line has, from left to right. */
enum text_column {
	COLUMN_EXIT,
	COLUMN_TIME,
	COLUMN_GUEST,
	COLUMN_VMM,
	COLUMN_CPL,
	COLUMN_PID,
	COLUMN_NAME,
	COLUMN_DETAIL,
	COLUMN_PLACE,
	COLUMN_RIP,
	COLUMNS,
};

/* Where a column is on the line: a number ends at `end`, words begin at `start`. Nowhere: both are 0. */
struct span {
	unsigned start, end;
};

struct text_printer {
	struct page page;
	struct span at[COLUMNS];
	const struct trace_clock *clock;
	const struct symbols *symbols;
	struct text_constants constants; /* find() NULL = none */
	uint64_t sequence;		 /* number of the next exit */
	unsigned cpl;			 /* CPL after the last record */
	struct text_choice choice;	 /* wants() NULL = every record */
	struct text_writer writer;	 /* write() NULL = lines are printed */
	struct text_extra extra;
	char extra_text[EXTRA_SIZE]; /* of the present line, which has no room for it; "" = none */
	bool relative, durations;    /* text_set_times() */
	uint64_t line_tsc;	     /* of the line before; 0 = there is none */
	uint64_t left;		     /* lines still to be printed */
	struct held *held;	     /* records whose lines are not complete, and all records after them */
	size_t held_count, held_capacity;
	bool open;	   /* the last exit is held, and the guest has not been entered since */
	size_t open_index; /* index of that exit in `held` */
	struct processes processes;
	struct calls calls;
	struct layout line;
};

/*
 * The columns: how wide each is with the space before it, and when it is left out where there is not enough room. RIP
 * goes first, since its name is beside it; then the name; then what the times of the lines tell too, the times in the
 * guest and in the VMM; at last the number of the exit, and the process.
 */
static const struct {
	unsigned width;
	unsigned rank; /* 0 = is always shown; the columns of the highest rank are left out first */
} columns[COLUMNS] = {
	[COLUMN_EXIT] = {7, 2},	  [COLUMN_TIME] = {13, 0}, [COLUMN_GUEST] = {9, 3}, [COLUMN_VMM] = {9, 3},
	[COLUMN_CPL] = {5, 0},	  [COLUMN_PID] = {5, 1},   [COLUMN_NAME] = {20, 0}, [COLUMN_DETAIL] = {49, 0},
	[COLUMN_PLACE] = {28, 4}, [COLUMN_RIP] = {20, 5},
};

enum {
	RANK_MOST = 5,
	DETAIL_LEAST = 30, /* columns of the detail, for which others are left out */
	NAME_GAP = 2,	   /* spaces before the name */
	EVENT_INDENT = 2,
	EXTRA_LEAST = 40, /* columns of extra text; where there are fewer, it gets a line of its own */
};

/* How many columns all take but the detail. */
static unsigned others_width(unsigned most_rank)
{
	unsigned width = 0;

	for (unsigned i = 0; i < COLUMNS; i++)
		if (i != COLUMN_DETAIL && columns[i].rank <= most_rank)
			width += columns[i].width;
	return width;
}

/* Gives each column that there is room for its place. The detail gets what is left, up to its width. */
static void place_columns(struct text_printer *printer)
{
	const unsigned room = printer->page.style.width;
	unsigned rank = RANK_MOST, detail = columns[COLUMN_DETAIL].width, end = 0;

	while (room > 0 && rank > 0 && others_width(rank) + DETAIL_LEAST > room)
		rank--;
	if (room > 0 && others_width(rank) + detail > room)
		detail = room > others_width(rank) ? room - others_width(rank) : 0;
	for (unsigned i = 0; i < COLUMNS; i++) {
		if (columns[i].rank > rank) {
			printer->page.left_out++;
			continue;
		}
		printer->at[i].start = end + (i == COLUMN_NAME ? NAME_GAP : 0);
		end += i == COLUMN_DETAIL ? detail : columns[i].width;
		printer->at[i].end = end;
	}
}

struct text_printer *text_new(FILE *out, const struct trace_clock *clock, const struct symbols *symbols,
			      struct tty_style style)
{
	struct text_printer *printer = calloc(1, sizeof(*printer));

	if (printer == NULL)
		return NULL;
	page_start(&printer->page, out, style);
	place_columns(printer);
	printer->clock = clock;
	printer->symbols = symbols;
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

void text_choose(struct text_printer *printer, struct text_choice choice)
{
	printer->choice = choice;
}

void text_limit(struct text_printer *printer, uint64_t lines)
{
	printer->left = lines;
}

void text_set_times(struct text_printer *printer, bool relative, bool durations)
{
	printer->relative = relative;
	printer->durations = durations;
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

void text_set_writer(struct text_printer *printer, struct text_writer writer)
{
	printer->writer = writer;
}

/* ---- lines ---- */

enum { NS_PER_HUNDREDTH_US = 10 };

static bool has(const struct text_printer *printer, enum text_column column)
{
	return printer->at[column].end > 0;
}

/* Goes to where a column of words begins, which is shown. */
static void go_to(struct text_printer *printer, enum text_column column)
{
	layout_to(&printer->line, printer->at[column].start);
}

static void put_title(struct text_printer *printer, enum text_column column, const char *title, unsigned width)
{
	if (!has(printer, column))
		return;
	if (width > 0)
		layout_to(&printer->line, printer->at[column].end - width);
	else
		go_to(printer, column);
	layout_utf8(&printer->line, title);
}

void text_header(struct text_printer *printer)
{
	struct layout *line = &printer->line;

	page_begin(&printer->page, line);
	layout_colour(line, COLOUR_FAINT);
	put_title(printer, COLUMN_EXIT, "exit", 4);
	put_title(printer, COLUMN_TIME, printer->relative ? "+ ms" : "time ms", printer->relative ? 4 : 7);
	put_title(printer, COLUMN_GUEST, "guest µs", 8);
	put_title(printer, COLUMN_VMM, "VMM µs", 6);
	put_title(printer, COLUMN_CPL, "CPL", 3);
	put_title(printer, COLUMN_PID, "pid", 3);
	put_title(printer, COLUMN_NAME, "event", 0);
	put_title(printer, COLUMN_DETAIL, "detail", 0);
	put_title(printer, COLUMN_PLACE, "where", 0);
	put_title(printer, COLUMN_RIP, "RIP", 0);
	layout_colour(line, LAYOUT_PLAIN);
	page_put(&printer->page, line);
}

void text_symbol(struct text_printer *printer, uint32_t frame, uint64_t address, char *buffer, size_t size)
{
	const struct process *process = processes_by_frame(&printer->processes, frame);
	struct layout symbol;

	if (size == 0)
		return;
	layout_start(&symbol, TTY_FILE);
	place_put(&symbol, printer->symbols, place_image(process_image(process), false, address), address);
	size_t length = symbol.length < size ? symbol.length : size - 1;
	memcpy(buffer, symbol.text, length);
	buffer[length] = '\0';
}

/* Finds out what stands behind an address: nothing where nobody is to be asked, or the image is not known. */
static void take_note(const struct text_printer *printer, const union record *record, int image, uint64_t address,
		      struct text_note *note)
{
	note->instruction[0] = note->source[0] = '\0';
	if (printer->extra.tell != NULL && image >= 0)
		printer->extra.tell(printer->extra.context, record, image, address, note);
}

/* Takes the instruction and the source line: onto the line, if there is room on it. */
static void put_extra(struct text_printer *printer, const union record *record, int image, uint64_t address)
{
	const unsigned start = printer->at[COLUMN_RIP].end, width = printer->page.style.width;
	char *text = printer->extra_text;
	struct text_note note;

	if (printer->extra.tell == NULL)
		return;
	take_note(printer, record, image, address, &note);
	snprintf(text, EXTRA_SIZE, note.instruction[0] != '\0' && note.source[0] != '\0' ? "%-32s %s" : "%s%s",
		 note.instruction, note.source);
	if (text[0] == '\0' || (width > 0 && (start == 0 || width < start + EXTRA_LEAST)))
		return;
	layout_to(&printer->line, start);
	layout_utf8(&printer->line, text);
	text[0] = '\0';
}

/* Prints the line, and below it the extra text for which there was no room. */
static void end_line(struct text_printer *printer)
{
	struct layout *line = &printer->line;

	page_put(&printer->page, line);
	if (printer->extra_text[0] == '\0')
		return;
	page_begin(&printer->page, line);
	page_put_words(&printer->page, line, printer->at[COLUMN_NAME].start, printer->extra_text, NULL);
	printer->extra_text[0] = '\0';
}

/* Appends the name of an address, and the address. `user`: the address was used at CPL 3. */
static void put_place(struct text_printer *printer, const union record *record, const struct process *process,
		      bool user, uint64_t address)
{
	struct layout *line = &printer->line;
	int image = place_image(process_image(process), user, address);

	if (has(printer, COLUMN_PLACE)) {
		go_to(printer, COLUMN_PLACE);
		place_put(line, printer->symbols, image, address);
	}
	if (has(printer, COLUMN_RIP)) {
		go_to(printer, COLUMN_RIP);
		layout_hex(line, "", address);
	}
	put_extra(printer, record, image, address);
}

/* Appends "3→0" if the CPL has changed, else the CPL alone; nothing if the CPL is unknown. */
static void put_cpl(struct text_printer *printer, unsigned cpl)
{
	char change[] = "0→0";
	struct layout *line = &printer->line;
	const unsigned end = printer->at[COLUMN_CPL].end;
	bool changed = printer->cpl != CPL_UNKNOWN && printer->cpl != cpl;

	if (cpl == CPL_UNKNOWN)
		return;
	if (!changed) {
		layout_decimal_to(line, end, cpl);
		return;
	}
	layout_to(line, end - (line->ascii ? 4 : 3));
	layout_colour(line, COLOUR_TRANSITION);
	change[0] = (char)('0' + printer->cpl);
	change[sizeof(change) - 2] = (char)('0' + cpl);
	layout_characters(line, change, sizeof(change) - 1);
	layout_colour(line, LAYOUT_PLAIN);
}

static void put_microseconds(struct text_printer *printer, enum text_column column, uint64_t ns)
{
	const uint64_t hundredths = (ns + NS_PER_HUNDREDTH_US / 2) / NS_PER_HUNDREDTH_US;

	if (has(printer, column))
		layout_fixed_to(&printer->line, printer->at[column].end, hundredths, 2);
}

static void put_number(struct text_printer *printer, enum text_column column, uint64_t number)
{
	if (has(printer, column))
		layout_decimal_to(&printer->line, printer->at[column].end, number);
}

static void put_unknown(struct text_printer *printer, enum text_column column)
{
	if (has(printer, column))
		layout_text_to(&printer->line, printer->at[column].end, "-");
}

static void put_time(struct text_printer *printer, uint64_t tsc)
{
	uint64_t ns = trace_clock_ns(printer->clock, tsc);

	if (printer->relative && printer->line_tsc != 0)
		ns = tsc > printer->line_tsc ? trace_clock_ticks_ns(printer->clock, tsc - printer->line_tsc) : 0;
	printer->line_tsc = tsc;
	layout_fixed_to(&printer->line, printer->at[COLUMN_TIME].end, ns, 6);
}

/* Appends how long a call took until its result, in seconds, as strace -T does: "<0.000072>". */
static void put_duration(struct text_printer *printer, const struct event_record *event)
{
	struct layout *line = &printer->line;
	uint64_t ticks;

	if (!printer->durations || !call_took(calls_find(&printer->calls, event->pid), event, &ticks))
		return;
	const uint64_t us = trace_clock_ticks_ns(printer->clock, ticks) / 1000;
	layout_text(line, " <");
	layout_decimal(line, "", us / 1000000);
	layout_text(line, ".");
	for (uint64_t weight = 100000; weight > 0; weight /= 10)
		layout_decimal(line, "", us / weight % 10);
	layout_text(line, ">");
}

static bool is_crash(unsigned reason)
{
	return reason == RINGSIDE_EXIT_SHUTDOWN || reason == RINGSIDE_EXIT_INTERNAL_ERROR ||
	       reason == RINGSIDE_EXIT_FAIL_ENTRY;
}

static void put_exit_name(struct text_printer *printer, unsigned reason)
{
	struct layout *line = &printer->line;
	const char *name = exit_name(reason);

	go_to(printer, COLUMN_NAME);
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
	const uint64_t guest_ns = trace_clock_ticks_ns(printer->clock, ticks_between(exit->entry, exit->tsc));
	struct layout *line = &printer->line;
	uint64_t idle_ns = DETAIL_TIME_UNKNOWN;

	page_begin(&printer->page, line);
	put_number(printer, COLUMN_EXIT, printer->sequence);
	put_time(printer, exit->tsc);
	put_microseconds(printer, COLUMN_GUEST, guest_ns);
	if (entered != 0) {
		const uint64_t handled = exit_handled(exit, ticks_between(exit->tsc, entered));

		idle_ns = trace_clock_ticks_ns(printer->clock, exit_slept(exit));
		put_microseconds(printer, COLUMN_VMM, trace_clock_ticks_ns(printer->clock, handled));
	} else {
		put_unknown(printer, COLUMN_VMM);
	}
	put_cpl(printer, cpl);
	if (process != NULL)
		put_number(printer, COLUMN_PID, process->pid);
	else
		put_unknown(printer, COLUMN_PID);
	put_exit_name(printer, exit->kind);
	go_to(printer, COLUMN_DETAIL);
	detail_exit(line, exit, idle_ns);
	put_place(printer, (const union record *)exit, process, cpl == CPL_USER, exit->rip);
	end_line(printer);
}

/* `fault`: what more is known of an exception; NULL = nothing. */
static void put_event(struct text_printer *printer, const struct event_record *event, const struct event_record *fault,
		      unsigned cpl)
{
	const char *name = event_name(event->kind - RECORD_EVENT);
	struct layout *line = &printer->line;
	uint64_t address;

	page_begin(&printer->page, line);
	put_time(printer, event->tsc);
	if (record_is_of_vmm((const union record *)event)) {
		put_unknown(printer, COLUMN_PID);
	} else {
		put_cpl(printer, cpl);
		put_number(printer, COLUMN_PID, event->pid);
	}
	layout_to(line, printer->at[COLUMN_NAME].start + EVENT_INDENT);
	layout_colour(line, COLOUR_EVENT);
	layout_text(line, name != NULL ? name : "unknown event");
	layout_colour(line, LAYOUT_PLAIN);
	go_to(printer, COLUMN_DETAIL);
	detail_event(line, event, printer->symbols, calls_find(&printer->calls, event->pid), &printer->constants);
	put_duration(printer, event);
	if (fault != NULL)
		detail_fault(line, event->a, fault);
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

static bool is_fault(const union record *record)
{
	return record->exit.kind == RECORD_EVENT + RINGSIDE_EVENT_FAULT;
}

/* Whether a record is told in the line of an event before it. */
static bool is_told_before(const union record *record)
{
	return is_arguments(record) || is_fault(record);
}

/* Whether events follow that are told in the line of this one. */
static bool has_more(const union record *record)
{
	return is_call(record) ||
	       (record->exit.kind == RECORD_EVENT + RINGSIDE_EVENT_EXCEPTION && trap_has_error_code(record->event.a));
}

/* Whether a record is an event of the guest with a line of its own. */
static bool is_other_event(const union record *record)
{
	return record_is_event(record) && !record_is_of_vmm(record) && !is_told_before(record);
}

static struct text_moment moment_of(const struct text_printer *printer, const struct held *held, unsigned cpl)
{
	const union record *record = &held->record;
	struct text_moment moment = {.record = record,
				     .clock = printer->clock,
				     .symbols = printer->symbols,
				     .sequence = printer->sequence,
				     .entered = held->entered,
				     .cpl = cpl};

	if (!record_is_event(record))
		moment.process = processes_by_frame(&printer->processes, record->exit.frame);
	else if (!record_is_of_vmm(record))
		moment.process = processes_by_pid(&printer->processes, record->event.pid);
	return moment;
}

static bool is_wanted(const struct text_printer *printer, const struct held *held, unsigned cpl)
{
	if (printer->choice.wants == NULL)
		return true;
	const struct text_moment moment = moment_of(printer, held, cpl);
	return printer->choice.wants(printer->choice.context, &moment);
}

/* Gives a line to the writer. */
static void write_line(struct text_printer *printer, const struct held *held, const struct event_record *fault,
		       unsigned cpl)
{
	const union record *record = &held->record;
	struct text_line line = {.moment = moment_of(printer, held, cpl),
				 .cpl_before = printer->cpl,
				 .fault = fault,
				 .constants = &printer->constants,
				 .has_address = true,
				 .address = record->exit.rip};
	bool user = cpl == CPL_USER;

	if (record_is_event(record)) {
		line.call = calls_find(&printer->calls, record->event.pid);
		line.has_address = detail_event_address(&record->event, &line.address);
		user = true;
	}
	line.image = place_image(process_image(line.moment.process), user, line.address);
	if (line.has_address)
		take_note(printer, record, line.image, line.address, &line.note);
	printer->writer.write(printer->writer.context, &line);
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
		if (is_other_event(&held->record))
			break;
		if (!is_arguments(&held->record))
			continue;
		calls_learn(&printer->calls, &held->record.event);
		held->told = true;
	}
}

/* Takes the error code of an exception for its line; NULL if it is not at hand. */
static const struct event_record *gather_fault(struct text_printer *printer, size_t exception)
{
	for (size_t i = exception + 1; i < printer->held_count; i++) {
		struct held *held = &printer->held[i];
		if (!record_is_event(&held->record) || record_is_of_vmm(&held->record))
			continue;
		held->told = is_fault(&held->record);
		return held->told ? &held->record.event : NULL;
	}
	return NULL;
}

static void take(struct text_printer *printer, const struct held *held, const struct event_record *fault)
{
	const union record *record = &held->record;
	unsigned before = printer->cpl, cpl = record_is_of_vmm(record) ? before : record_cpl(record);
	bool event = record_is_event(record), doorbell = !event && record_is_doorbell(record);

	if (doorbell)
		printer->cpl = cpl;
	if (!held->skip && !held->told && printer->left > 0 && is_wanted(printer, held, cpl)) {
		printer->left--;
		if (printer->writer.write != NULL)
			write_line(printer, held, fault, cpl);
		else if (event)
			put_event(printer, &record->event, fault, cpl);
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
	const struct event_record *fault = NULL;

	if (is_call(record))
		gather_arguments(printer, i);
	else if (has_more(record))
		fault = gather_fault(printer, i);
	else if (record->exit.kind == RECORD_EVENT + RINGSIDE_EVENT_SYSCALL_RESULT)
		calls_learn(&printer->calls, &record->event);
	take(printer, &printer->held[i], fault);
}

/* ---- holding back ---- */

/* How many events follow one that has_more(). */
static unsigned events_wanted(const union record *record)
{
	return is_call(record) ? (syscall_arguments(record->event.a) + 1) / 2 : 1;
}

/* Whether all of them are held, or another event, after which no more of them come. */
static bool is_complete(const struct text_printer *printer, size_t first)
{
	unsigned wanted = events_wanted(&printer->held[first].record);

	for (size_t i = first + 1; i < printer->held_count && wanted > 0; i++) {
		if (is_other_event(&printer->held[i].record))
			return true;
		wanted -= is_told_before(&printer->held[i].record);
	}
	return wanted == 0;
}

static bool is_ready(const struct text_printer *printer, size_t i, bool last_exit)
{
	const union record *record = &printer->held[i].record;

	if (has_more(record))
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
		take(printer, &(struct held){.record = *record, .skip = skip}, NULL);
		return;
	}
	printer->held[printer->held_count] = (struct held){.record = *record, .skip = skip};
	if (!event) {
		printer->open = true;
		printer->open_index = printer->held_count;
	}
	printer->held_count++;
	/* An exit completes no other record's line, so what is at the front still waits for its events. */
	if (event || !has_more(&printer->held[0].record))
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
	fflush(printer->page.out);
}

void text_end(struct text_printer *printer)
{
	release(printer, true);
	page_end(&printer->page);
	fflush(printer->page.out);
}

void text_sequence(struct text_printer *printer, uint64_t sequence)
{
	release(printer, true);
	printer->sequence = sequence;
}
