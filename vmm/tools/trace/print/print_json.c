/* SPDX-License-Identifier: MIT */
/* Writes lines as JSON: see print_json.h. A member is left out where the record does not have it. */
#include "tools/trace/print/print_json.h"

#include <ctype.h>
#include <string.h>

#include "base/array.h"
#include "base/digits.h"
#include "base/linux_names.h"
#include "devices/devices.h"
#include "ringside/traps.h"
#include "text/calls.h"
#include "text/detail.h"
#include "text/names.h"
#include "text/place.h"
#include "tools/trace/export/export_fields.h"

enum {
	STRING_MAX = 4096, /* bytes of a program's string that are written */
	NAME_SIZE = 32,
	FLAGS = 8,
};

void print_json_start(struct print_json *print, FILE *out, bool relative, bool durations)
{
	*print = (struct print_json){.relative = relative, .durations = durations};
	json_start(&print->json, out);
	print->json.compact = true;
}

/* A number that is printed in hexadecimal: a string, since readers of JSON often keep only 53 bits of a number. */
static void put_hex(struct json_writer *json, const char *name, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	const char *start = digits_hex(end, value);

	json_put_text(json, name, start, (size_t)(end - start));
}

/* A decimal number: beyond what signed numbers of 64 bits hold, at which parsers give up, it is a string as well. */
static void put_number(struct json_writer *json, const char *name, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	const char *start = digits_decimal(end, value);

	if (value <= INT64_MAX)
		json_put_unsigned(json, name, value);
	else
		json_put_text(json, name, start, (size_t)(end - start));
}

static void put_layout(struct json_writer *json, const char *name, const struct layout *text)
{
	json_put_text(json, name, text->text, text->length);
}

static void put_ticks(struct json_writer *json, const char *name, const struct trace_clock *clock, uint64_t from,
		      uint64_t to)
{
	put_number(json, name, to > from ? trace_clock_ticks_ns(clock, to - from) : 0);
}

/* ---- what all records have ---- */

static void put_time(struct print_json *print, const struct text_moment *moment)
{
	const uint64_t tsc = moment->record->exit.tsc;

	put_number(&print->json, "time_ns", trace_clock_ns(moment->clock, tsc));
	if (print->relative && print->line_tsc != 0)
		put_ticks(&print->json, "since_ns", moment->clock, print->line_tsc, tsc);
	print->line_tsc = tsc;
}

static void put_process(struct json_writer *json, const struct text_moment *moment)
{
	const int image = process_image(moment->process);
	const bool event = record_is_event(moment->record);

	if (event && !record_is_of_vmm(moment->record))
		put_number(json, "pid", moment->record->event.pid);
	else if (!event && moment->process != NULL)
		put_number(json, "pid", moment->process->pid);
	if (image > IMAGE_KERNEL)
		json_put_string(json, "program", symbols_image_name(moment->symbols, image));
}

static void put_cpl(struct json_writer *json, const struct text_line *line)
{
	if (line->moment.cpl < CPL_UNKNOWN)
		put_number(json, "cpl", line->moment.cpl);
	if (line->cpl_before < CPL_UNKNOWN)
		put_number(json, "cpl_before", line->cpl_before);
}

static void put_place(struct json_writer *json, const struct text_line *line)
{
	uint64_t offset;

	if (!line->has_address)
		return;
	put_hex(json, "rip", line->address);
	const char *symbol = symbols_lookup(line->moment.symbols, line->image, line->address, &offset);
	if (symbol != NULL) {
		json_put_string(json, "symbol", symbol);
		put_number(json, "offset", offset);
	}
	if (line->note.instruction[0] != '\0')
		json_put_string(json, "instruction", line->note.instruction);
	if (line->note.source[0] != '\0')
		json_put_string(json, "source", line->note.source);
}

/* ---- exits ---- */

static void put_reason(struct json_writer *json, unsigned reason)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);

	if (exit_name(reason) != NULL) {
		json_put_string(json, "reason", exit_name(reason));
		return;
	}
	const char *start = digits_decimal(end, reason);
	json_put_text(json, "reason", start, (size_t)(end - start));
}

static void put_io(struct json_writer *json, const struct exit_record *exit)
{
	const uint16_t port = (uint16_t)exit->address;

	put_hex(json, "port", port);
	if ((exit->flags & RECORD_STRING) != 0)
		put_number(json, "count", exit->address >> RECORD_COUNT_SHIFT);
	if (device_register_at(port) != NULL)
		json_put_string(json, "register",
				device_register_name(device_register_at(port), (exit->flags & RECORD_WRITE) != 0));
}

static void put_exit(struct json_writer *json, const struct text_moment *moment)
{
	const struct exit_record *exit = &moment->record->exit;
	const bool io = exit->kind == RINGSIDE_EXIT_IO, mmio = exit->kind == RINGSIDE_EXIT_MMIO;

	put_number(json, "exit", moment->sequence);
	put_reason(json, exit->kind);
	put_ticks(json, "guest_ns", moment->clock, exit->entry, exit->tsc);
	if (moment->entered != 0)
		put_ticks(json, "vmm_ns", moment->clock, exit->tsc + exit_slept(exit), moment->entered);
	if (exit_slept(exit) != 0)
		put_ticks(json, "idle_ns", moment->clock, 0, exit_slept(exit));
	if (exit_cpl(exit) != CPL_UNKNOWN)
		put_hex(json, "cr3", (uint64_t)exit->frame << CR3_FRAME_SHIFT);
	if (io)
		put_io(json, exit);
	if (mmio)
		put_hex(json, "address", exit->address);
	if (io || mmio)
		put_number(json, "size", exit_size(exit));
	if (io || mmio || (exit->value != 0 && exit_slept(exit) == 0))
		put_hex(json, "value", exit->value);
	for (unsigned bit = 0; bit < FLAGS; bit++)
		if ((exit->flags >> bit & 1) != 0 && export_flag_name(bit) != NULL)
			json_put_bool(json, export_flag_name(bit), true);
	if ((exit->flags & RECORD_INJECTED) != 0)
		put_number(json, "vector", exit->vector);
}

/* ---- calls ---- */

static void put_argument(struct json_writer *json, const struct call_argument *argument)
{
	char name[NAME_SIZE];

	snprintf(name, sizeof(name), "%.*s", (int)argument->name.size, (const char *)argument->name.start);
	if (!argument->is_number)
		put_layout(json, name, &argument->text);
	else if (argument->is_signed)
		json_put_signed(json, name, (int64_t)argument->value);
	else
		put_number(json, name, argument->value);
}

static void put_string(struct json_writer *json, const struct call_argument *argument)
{
	const size_t size = argument->constant.size;
	char name[NAME_SIZE];

	snprintf(name, sizeof(name), "%.*s", (int)argument->name.size, (const char *)argument->name.start);
	json_put_text(json, name, (const char *)argument->constant.start, size < STRING_MAX ? size : STRING_MAX);
}

static void put_arguments(struct json_writer *json, const struct call *call, const struct text_constants *constants)
{
	struct call_argument argument;
	bool strings = false;

	json_begin_object(json, "arguments");
	for (unsigned i = 0; i < RINGSIDE_SYSCALL_ARGUMENTS_MAX; i++) {
		if (!call_argument(call, i, constants, &argument))
			continue;
		put_argument(json, &argument);
		strings |= argument.constant.start != NULL;
	}
	json_end(json);
	if (!strings)
		return;
	json_begin_object(json, "strings");
	for (unsigned i = 0; i < RINGSIDE_SYSCALL_ARGUMENTS_MAX; i++)
		if (call_argument(call, i, constants, &argument) && argument.constant.start != NULL)
			put_string(json, &argument);
	json_end(json);
}

static void put_result(struct json_writer *json, const struct text_line *line, bool durations)
{
	const struct event_record *event = &line->moment.record->event;
	uint64_t ticks;

	json_put_signed(json, "result", (int64_t)event->b);
	if (call_failed(event->b) && errno_name(-event->b) != NULL)
		json_put_string(json, "error", errno_name(-event->b));
	if (durations && call_took(line->call, event, &ticks))
		put_number(json, "duration_ns", trace_clock_ticks_ns(line->moment.clock, ticks));
}

static void put_call(struct json_writer *json, const struct text_line *line, bool durations)
{
	const struct event_record *event = &line->moment.record->event;

	put_number(json, "syscall", event->a);
	if (syscall_name(event->a) != NULL)
		json_put_string(json, "name", syscall_name(event->a));
	if (line->call != NULL && line->call->number == event->a)
		put_arguments(json, line->call, line->constants);
	if (event->kind == RECORD_EVENT + RINGSIDE_EVENT_SYSCALL_RESULT)
		put_result(json, line, durations);
}

/* ---- other events ---- */

/* A code as filters and documents write it: in small letters. */
static void put_code(struct json_writer *json, const char *code)
{
	char text[NAME_SIZE];
	size_t length = 0;

	for (; length < sizeof(text) && code[length] != '\0'; length++)
		text[length] = (char)tolower((unsigned char)code[length]);
	json_put_text(json, "why", text, length);
}

/* Writes an argument that filters know as a member of the record itself; false if it is none. */
static bool put_known(struct json_writer *json, const char *name, uint64_t value)
{
	const char *code = argument_code(name, value);

	if (strcmp(name, "#vector") == 0) {
		put_number(json, "vector", value);
		if (trap_mnemonic(value) != NULL)
			json_put_string(json, "name", trap_mnemonic(value));
		return true;
	}
	if (code != NULL)
		put_code(json, code);
	return code != NULL || name[0] == '@' || name[0] == '\0'; /* an address is `rip` */
}

static void put_other(struct json_writer *json, const char *name, uint64_t value, const struct symbols *symbols)
{
	if (name[0] == '#') {
		put_number(json, name + 1, value);
		return;
	}
	put_hex(json, name, value);
	if (strcmp(name, "archive") == 0 && symbols != NULL && symbols_program(symbols, value) > IMAGE_KERNEL)
		json_put_string(json, "program", symbols_image_name(symbols, symbols_program(symbols, value)));
}

static void put_fault(struct json_writer *json, const struct text_line *line)
{
	if (line->fault == NULL)
		return;
	if (line->moment.record->event.a == RINGSIDE_TRAP_PF)
		put_hex(json, "address", line->fault->a);
	put_hex(json, "error_code", line->fault->b);
}

static void put_event_arguments(struct json_writer *json, const struct text_line *line)
{
	const struct event_record *event = &line->moment.record->event;
	const unsigned kind = event->kind - RECORD_EVENT;
	const uint64_t values[] = {event->a, event->b};

	if (kind >= RINGSIDE_EVENT_COUNT)
		return;
	bool known[COUNT(values)];
	for (unsigned i = 0; i < COUNT(values); i++)
		known[i] = put_known(json, event_argument(kind, i), values[i]);
	put_fault(json, line);
	if (known[0] && known[1])
		return;
	json_begin_object(json, "arguments");
	for (unsigned i = 0; i < COUNT(values); i++)
		if (!known[i])
			put_other(json, event_argument(kind, i), values[i], line->moment.symbols);
	json_end(json);
}

static void put_detail(struct json_writer *json, const struct text_line *line)
{
	const struct text_moment *moment = &line->moment;
	const union record *record = moment->record;
	struct layout text;

	layout_start(&text, TTY_FILE);
	if (!record_is_event(record))
		detail_exit(&text, &record->exit,
			    moment->entered != 0 ? trace_clock_ticks_ns(moment->clock, exit_slept(&record->exit))
						 : DETAIL_TIME_UNKNOWN);
	else
		detail_event(&text, &record->event, moment->symbols, line->call, line->constants);
	if (line->fault != NULL)
		detail_fault(&text, record->event.a, line->fault);
	if (text.length > 0)
		put_layout(json, "detail", &text);
}

static void put_event(struct print_json *print, const struct text_line *line)
{
	if (event_names_call(line->moment.record->event.kind - RECORD_EVENT))
		put_call(&print->json, line, print->durations);
	else
		put_event_arguments(&print->json, line);
}

static void write_line(void *context, const struct text_line *line)
{
	struct print_json *print = context;
	const union record *record = line->moment.record;
	struct json_writer *json = &print->json;
	const bool event = record_is_event(record);
	const char *kind = event ? event_name(record->event.kind - RECORD_EVENT) : "vmexit";

	json->another = false; /* of the line before, which is a text of its own */
	json_begin_object(json, NULL);
	put_time(print, &line->moment);
	json_put_string(json, "kind", kind != NULL ? kind : "unknown");
	put_process(json, &line->moment);
	if (!event || !record_is_of_vmm(record))
		put_cpl(json, line);
	if (event)
		put_event(print, line);
	else
		put_exit(json, &line->moment);
	put_place(json, line);
	put_detail(json, line);
	json_end(json);
	fputc('\n', json->out);
}

struct text_writer print_json_writer(struct print_json *print)
{
	return (struct text_writer){write_line, print};
}
