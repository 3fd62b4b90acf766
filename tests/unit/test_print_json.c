/* SPDX-License-Identifier: MIT */
/* Unit tests of `vmm trace print --json`: each line is read again by libjansson, which refuses members given twice. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"
#include "ringside/syscalls.h"
#include "ringside/traps.h"
#include "symbols/symbols_table.h"
#include "tools/trace/print/print_json.h"

#define SIEVE_ARCHIVE 0x7c
#define EVENT(tsc, kind, pid, a, b) event_at(tsc, RINGSIDE_EVENT_##kind, pid, a, b)
#define ASSERT_STRING(line, name, expected) cr_assert_str_eq(string_of(line, name), expected)
#define ASSERT_NUMBER(line, name, expected) cr_assert_eq(number_of(line, name), expected)

struct lines {
	struct symbols *symbols;
	struct text_printer *printer;
	struct print_json json;
	FILE *out;
	char *text, *next;
	size_t size;
};

static void tell(void *context, const union record *record, int image, uint64_t address, struct text_note *note)
{
	(void)context, (void)record, (void)image;
	snprintf(note->instruction, sizeof(note->instruction), "at %lx", address);
	snprintf(note->source, sizeof(note->source), "caf\xc3\xa9\xff.c:7");
}

static struct bytes find_constant(const void *context, int image, uint64_t address)
{
	(void)image, (void)address;
	return (struct bytes){context, strlen(context) + 1};
}

static struct lines open_lines(void)
{
	struct lines lines = {.symbols = symbols_new()};
	int kernel = symbols_begin(lines.symbols, "guest.bin", 0);

	symbols_end(lines.symbols, kernel);
	int sieve = symbols_begin(lines.symbols, "sieve", SIEVE_ARCHIVE);
	symbols_put(lines.symbols, sieve, 0x401000, 0x100, "main", 99);
	symbols_end(lines.symbols, sieve);
	return lines;
}

static void print(struct lines *lines, const union record *records, size_t count)
{
	lines->out = open_memstream(&lines->text, &lines->size);
	lines->printer = text_new(lines->out, &test_clock, lines->symbols, TTY_FILE);
	print_json_start(&lines->json, lines->out, true, true);
	text_set_writer(lines->printer, print_json_writer(&lines->json));
	text_set_extra(lines->printer, (struct text_extra){tell, NULL});
	text_set_constants(lines->printer, (struct text_constants){find_constant, "a\"b\\\n\xff"});
	for (size_t i = 0; i < count; i++)
		text_record(lines->printer, &records[i]);
	text_end(lines->printer);
	fclose(lines->out);
	lines->next = lines->text;
}

#define PRINT(lines, ...)                                                                                              \
	print(lines, (const union record[]){__VA_ARGS__},                                                              \
	      sizeof((const union record[]){__VA_ARGS__}) / sizeof(union record))

/* The next line as an object, which the caller releases; NULL behind the last one. */
static json_t *next_line(struct lines *lines)
{
	char *line = lines->next, *end = strchr(line, '\n');
	json_error_t error;

	if (*line == '\0')
		return NULL;
	cr_assert_not_null(end, "no newline behind %s", line);
	*end = '\0';
	lines->next = end + 1;
	json_t *object = json_loads(line, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	cr_assert(json_is_object(object), "%s: %s", error.text, line);
	return object;
}

static void close_lines(struct lines *lines)
{
	text_free(lines->printer);
	symbols_free(lines->symbols);
	free(lines->text);
}

static const char *string_of(const json_t *line, const char *name)
{
	const char *text = json_string_value(json_object_get(line, name));

	return text != NULL ? text : "(none)";
}

static int64_t number_of(const json_t *line, const char *name)
{
	const json_t *number = json_object_get(line, name);

	cr_assert(json_is_integer(number), "%s is no number", name);
	return json_integer_value(number);
}

Test(print_json, an_exit)
{
	struct lines lines = open_lines();
	union record io = exit_at(1000, 3000, 0), next = exit_at(3500, 4000, 3);

	io.exit.kind = RINGSIDE_EXIT_IO;
	io.exit.cpl_size = 1 << RECORD_SIZE_SHIFT;
	io.exit.flags = RECORD_WRITE | RECORD_INJECTED;
	io.exit.address = 0x3f8;
	io.exit.value = 'H';
	io.exit.vector = RINGSIDE_TRAP_TIMER;
	io.exit.rip = UINT64_C(0xffffffff80001004);
	PRINT(&lines, io, next);
	json_t *line = next_line(&lines);
	ASSERT_NUMBER(line, "time_ns", 3000);
	ASSERT_STRING(line, "kind", "vmexit");
	ASSERT_NUMBER(line, "exit", 1);
	ASSERT_STRING(line, "reason", "IO");
	ASSERT_NUMBER(line, "guest_ns", 2000);
	ASSERT_NUMBER(line, "vmm_ns", 500);
	ASSERT_NUMBER(line, "cpl", 0);
	ASSERT_STRING(line, "rip", "0xffffffff80001004");
	ASSERT_STRING(line, "port", "0x3f8");
	ASSERT_STRING(line, "register", "COM1 THR");
	ASSERT_NUMBER(line, "size", 1);
	ASSERT_STRING(line, "value", "0x48");
	ASSERT_NUMBER(line, "vector", RINGSIDE_TRAP_TIMER);
	cr_assert(json_is_true(json_object_get(line, "write")));
	cr_assert_null(json_object_get(line, "unclaimed"));
	cr_assert_null(json_object_get(line, "pid"));
	cr_assert_not_null(strstr(string_of(line, "detail"), "outb 0x3f8 'H'"));
	json_decref(line);
	line = next_line(&lines);
	ASSERT_NUMBER(line, "since_ns", 1000);
	ASSERT_NUMBER(line, "cpl", 3);
	ASSERT_NUMBER(line, "cpl_before", 0);
	cr_assert_null(json_object_get(line, "vmm_ns"), "the guest was not entered again");
	json_decref(line);
	cr_assert_null(next_line(&lines));
	close_lines(&lines);
}

Test(print_json, a_call_and_its_result)
{
	struct lines lines = open_lines();

	PRINT(&lines, EVENT(1000, PROC_LOAD, 3, 0x40000, SIEVE_ARCHIVE),
	      EVENT(2000, SYSCALL, 3, RINGSIDE_SYS_openat, 0x401010),
	      EVENT(2001, ARGUMENTS, 3, (uint64_t)-100, 0x402000), EVENT(2002, ARGUMENTS, 3, 02000000, 0),
	      EVENT(9000, SYSCALL_RESULT, 3, RINGSIDE_SYS_openat, (uint64_t)-2));
	json_t *line = next_line(&lines);
	ASSERT_STRING(json_object_get(line, "arguments"), "program", "sieve");
	json_decref(line);
	line = next_line(&lines);
	ASSERT_STRING(line, "kind", "syscall");
	ASSERT_NUMBER(line, "pid", 3);
	ASSERT_STRING(line, "program", "sieve");
	ASSERT_NUMBER(line, "syscall", RINGSIDE_SYS_openat);
	ASSERT_STRING(line, "name", "openat");
	const json_t *arguments = json_object_get(line, "arguments");
	cr_assert_eq(json_object_size(arguments), 3, "the mode is not used");
	ASSERT_NUMBER(arguments, "dirfd", -100);
	ASSERT_STRING(arguments, "path", "0x402000");
	ASSERT_STRING(arguments, "flags", "O_RDONLY|O_CLOEXEC");
	ASSERT_STRING(json_object_get(line, "strings"), "path", "a\"b\\\n\xef\xbf\xbd");
	ASSERT_STRING(line, "rip", "0x401010");
	ASSERT_STRING(line, "symbol", "main");
	ASSERT_NUMBER(line, "offset", 0x10);
	ASSERT_STRING(line, "instruction", "at 401010");
	ASSERT_STRING(line, "source", "caf\xc3\xa9\xef\xbf\xbd.c:7");
	json_decref(line);
	line = next_line(&lines);
	ASSERT_NUMBER(line, "result", -2);
	ASSERT_STRING(line, "error", "ENOENT");
	ASSERT_NUMBER(line, "duration_ns", 7000);
	ASSERT_NUMBER(json_object_get(line, "arguments"), "dirfd", -100);
	json_decref(line);
	cr_assert_null(next_line(&lines));
	close_lines(&lines);
}

Test(print_json, why)
{
	struct lines lines = open_lines();

	PRINT(&lines, EVENT(1000, EXCEPTION, 3, RINGSIDE_TRAP_PF, 0x401000), EVENT(1001, FAULT, 3, 0x7ffff000, 6),
	      EVENT(2000, SWITCH, 3, 4, RINGSIDE_SWITCH_SLICE), EVENT(3000, SWITCH, 3, 4, 12345));
	json_t *line = next_line(&lines);
	ASSERT_NUMBER(line, "vector", RINGSIDE_TRAP_PF);
	ASSERT_STRING(line, "name", "PF");
	ASSERT_STRING(line, "address", "0x7ffff000");
	ASSERT_STRING(line, "error_code", "0x6");
	json_decref(line);
	line = next_line(&lines);
	ASSERT_STRING(line, "why", "slice");
	ASSERT_NUMBER(json_object_get(line, "arguments"), "next", 4);
	cr_assert_eq(json_object_size(json_object_get(line, "arguments")), 1);
	json_decref(line);
	line = next_line(&lines);
	ASSERT_NUMBER(json_object_get(line, "arguments"), "why", 12345); /* a code without a name */
	json_decref(line);
	cr_assert_null(next_line(&lines));
	close_lines(&lines);
}

/* Whatever a trace holds: every kind of record, with every flag, large and small values. */
Test(print_json, hostile_records)
{
	static const uint64_t values[] = {0, 1, 14, 59, UINT64_C(1) << 63, UINT64_MAX, SIEVE_ARCHIVE};
	enum { VALUES = sizeof(values) / sizeof(values[0]), RECORDS = 256 * VALUES };
	union record *records = calloc(RECORDS, sizeof(*records));
	struct lines lines = open_lines();
	size_t told = 0;

	for (unsigned i = 0; i < RECORDS; i++) {
		const uint64_t value = values[i % VALUES];
		if (i / VALUES >= RECORD_EVENT)
			records[i] = event_at(value, i / VALUES - RECORD_EVENT, (uint32_t)value, value, values[i % 5]);
		else
			records[i].exit = (struct exit_record){
				value, ~value, value, value, value, (uint32_t)value, (uint8_t)(i / VALUES),
				0xff,  0xff,   0xff};
	}
	print(&lines, records, RECORDS);
	for (json_t *line; (line = next_line(&lines)) != NULL; told++)
		json_decref(line);
	cr_assert_gt(told, (size_t)RECORDS - 4 * VALUES, "%zu lines", told);
	close_lines(&lines);
	free(records);
}
