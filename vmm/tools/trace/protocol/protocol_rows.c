/* SPDX-License-Identifier: MIT */
/* Each step that a protocol log kept becomes the rows that the textbook gives it. Called by protocol_tables.c. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/detail.h"
#include "text/names.h"
#include "text/place.h"
#include "tools/trace/protocol/protocol_rows.h"

enum { ROWS_FIRST = 32 };

#define US_PER_S 1000000u

static const uint8_t columns[RINGSIDE_EVENT_COUNT] = {
#define ROW(kind, name, column, ...) [RINGSIDE_EVENT_##kind] = PROTOCOL_##column,
	RINGSIDE_EVENTS(ROW)
#undef ROW
};

/* ---- rows ---- */

static struct protocol_row *add_row(struct writer *writer)
{
	struct protocol_table *table = &writer->table;

	if (table->count == table->capacity) {
		size_t capacity = table->capacity > 0 ? table->capacity * 2 : ROWS_FIRST;
		struct protocol_row *grown = reallocarray(table->rows, capacity, sizeof(*grown));
		if (grown == NULL) {
			writer->no_memory = true;
			return NULL;
		}
		table->rows = grown;
		table->capacity = capacity;
	}
	return memset(&table->rows[table->count++], 0, sizeof(*table->rows));
}

/* UTF-8 that does not fit is cut between characters. */
static void set_detail(struct protocol_row *row, const struct layout *line)
{
	size_t length = line->length < sizeof(row->detail) ? line->length : sizeof(row->detail) - 1;

	while (length < line->length && length > 0 && ((unsigned char)line->text[length] & 0xc0) == 0x80)
		length--;
	memcpy(row->detail, line->text, length);
	row->detail[length] = '\0';
}

void protocol_put_row(struct writer *writer, const struct step *step, enum protocol_column column, const char *words,
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

void protocol_put_missing(struct writer *writer, unsigned kind)
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

/* "0x4012f7 main+0x67 (sieve)" */
static void put_place(const struct protocol_log *log, struct layout *line, int image, uint64_t address)
{
	struct layout words;

	layout_hex(line, "", address);
	layout_start(&words, false);
	if (!place_put(&words, log->symbols, place_image(image, true, address), address))
		return;
	layout_text(line, " ");
	layout_bytes(line, words.text, words.length);
}

/* "118.2 µs" */
static void put_time(const struct protocol_log *log, struct layout *line, uint64_t ticks)
{
	uint64_t tenths = trace_clock_ticks_ns(log->clock, ticks) / 100;
	bool ms = tenths >= 10000;

	if (ms)
		tenths /= 1000;
	layout_decimal(line, "", tenths / 10);
	layout_decimal(line, ".", tenths % 10);
	layout_utf8(line, ms ? " ms" : " " MICROSECONDS);
}

static void separate(struct layout *line, size_t start)
{
	if (line->length > start)
		layout_text(line, " ");
}

static void start_detail(const struct writer *writer, struct layout *line)
{
	layout_start(line, false);
	layout_text(line, writer->who);
}

/* All that the event tells. */
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

/* Where the program was when it trapped, and how long it had run. */
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
	protocol_put_row(writer, step, PROTOCOL_PROGRAM, words[kind], &line);
	if (kind == RINGSIDE_EVENT_SERVICE)
		return;
	start_detail(writer, &line);
	if (kind == RINGSIDE_EVENT_SYSCALL)
		layout_decimal(&line, "system call ", step->event.a);
	else
		detail_vector(&line, step->event.a);
	protocol_put_row(writer, step, PROTOCOL_HARDWARE, event_step(kind), &line);
}

static void rows_of_return(struct writer *writer, const struct step *step)
{
	struct layout line;

	tell(writer, &line, step);
	protocol_put_row(writer, step, PROTOCOL_OS, event_step(RINGSIDE_EVENT_RETURN), NULL);
	protocol_put_row(writer, step, PROTOCOL_HARDWARE,
			 "restore regs from kernel stack, move to user mode, jump to PC", &line);
}

static void rows_of_call(struct writer *writer, const struct step *step)
{
	struct layout line;

	tell(writer, &line, step);
	protocol_put_row(writer, step, PROTOCOL_OS, event_step(RINGSIDE_EVENT_CALL_MAIN), &line);
	protocol_put_row(writer, step, PROTOCOL_PROGRAM, "run main()", NULL);
}

static void rows_of_timer(struct writer *writer, const struct step *step)
{
	struct layout line;

	tell(writer, &line, step);
	protocol_put_row(writer, step, PROTOCOL_OS, event_step(RINGSIDE_EVENT_TIMER_START), &line);
	layout_start(&line, false);
	if (step->event.a > 0) {
		layout_decimal(&line, "every ", US_PER_S / step->event.a);
		layout_utf8(&line, " " MICROSECONDS);
	}
	protocol_put_row(writer, step, PROTOCOL_HARDWARE, "start timer: interrupt CPU in a while, again and again",
			 &line);
}

/* "812 system calls", set off by a comma from what stands before it */
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

	layout_start(&line, false);
	put_count(&line, fold->calls, " more system call", " more system calls");
	put_count(&line, fold->exceptions, " more exception", " more exceptions");
	put_count(&line, fold->interrupts, " more interrupt", " more interrupts");
	if (line.length == 0)
		put_count(&line, step->last - step->first + 1, " more record", " more records");
	snprintf(words, sizeof(words), "\u2026 %.*s", (int)line.length, line.text);
	layout_start(&line, false);
	put_count(&line, fold->switches, " context switch", " context switches");
	if (step->ran > 0) {
		layout_text(&line, line.length > 0 ? ", ran " : "ran ");
		put_time(writer->log, &line, step->ran);
	}
	protocol_put_row(writer, step, PROTOCOL_PROGRAM, words, &line);
}

void protocol_put_step(struct writer *writer, const struct step *step)
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
		protocol_put_row(writer, step, columns[kind], event_step(kind), &line);
	}
}
