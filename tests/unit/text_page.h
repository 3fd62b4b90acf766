/* SPDX-License-Identifier: MIT */
/* A text printer, its output, and records to print. Used by test_text*.c. */
#ifndef TESTS_UNIT_TEXT_PAGE_H
#define TESTS_UNIT_TEXT_PAGE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ringside/traps.h"
#include "symbols/symbols_table.h"
#include "text/text.h"

#define KERNEL_TEXT UINT64_C(0xffffffff80001000)
#define SIEVE_ARCHIVE 0x7c
#define EVENT(kind_, pid_, a_, b_)                                                                                     \
	((union record){.event = {.tsc = next_tsc(),                                                                   \
				  .kind = RECORD_EVENT + RINGSIDE_EVENT_##kind_,                                       \
				  .pid = (pid_),                                                                       \
				  .a = (a_),                                                                           \
				  .b = (b_)}})

static const struct trace_clock test_clock = {.tsc_khz = 1000000}; /* a tick is a nanosecond */
static uint64_t now;

/* Each call returns a time 1 µs after the previous one. */
static inline uint64_t next_tsc(void)
{
	return now += 1000;
}

/* A printer and its output. */
struct page {
	struct text_printer *printer;
	struct symbols *symbols;
	FILE *out;
	char *text;
	size_t size;
};

static inline struct page open_page(bool colour)
{
	struct page page = {.symbols = symbols_new()};
	int kernel = symbols_begin(page.symbols, "guest.bin", 0);

	symbols_put(page.symbols, kernel, KERNEL_TEXT, 0x100, "serial_write", 99);
	symbols_put(page.symbols, kernel, 0x100000, 0x100, "boot", 99);
	symbols_end(page.symbols, kernel);
	int sieve = symbols_begin(page.symbols, "sieve", SIEVE_ARCHIVE);
	symbols_put(page.symbols, sieve, 0x401000, 0x100, "main", 99);
	symbols_end(page.symbols, sieve);
	page.out = tmpfile();
	page.printer = text_new(page.out, &test_clock, page.symbols, colour);
	now = 0;
	return page;
}

/* Returns all lines printed so far. */
static inline const char *text_of(struct page *page)
{
	text_flush(page->printer);
	long size = ftell(page->out);
	page->text = realloc(page->text, (size_t)size + 1);
	rewind(page->out);
	cr_assert_eq(fread(page->text, 1, (size_t)size, page->out), (size_t)size);
	page->text[size] = '\0';
	return page->text;
}

static inline void close_page(struct page *page)
{
	text_free(page->printer);
	symbols_free(page->symbols);
	fclose(page->out);
	free(page->text);
}

static inline union record make_exit(uint8_t kind, unsigned cpl, uint64_t rip)
{
	uint64_t entry = next_tsc();

	return (union record){
		.exit = {.entry = entry, .tsc = next_tsc(), .kind = kind, .cpl_size = (uint8_t)cpl, .rip = rip}};
}

static inline union record make_io(uint64_t port, unsigned size, uint64_t value, unsigned flags)
{
	union record record = make_exit(RINGSIDE_EXIT_IO, 0, KERNEL_TEXT + 4);

	record.exit.address = port;
	record.exit.value = value;
	record.exit.flags = (uint8_t)flags;
	record.exit.cpl_size |= (uint8_t)(size << 4);
	return record;
}

static inline void print(struct page *page, union record record)
{
	text_record(page->printer, &record);
}

#define ASSERT_LINES(page, expected)                                                                                   \
	do {                                                                                                           \
		const char *text_ = text_of(page);                                                                     \
		cr_assert_str_eq(text_, expected, "printed:\n%.4000s", text_);                                         \
	} while (0)
#define ASSERT_PRINTS(page, words) cr_assert_not_null(strstr(text_of(page), words), "printed:\n%.4000s", (page)->text)
#define ASSERT_PRINTS_NOT(page, words) cr_assert_null(strstr(text_of(page), words), "printed:\n%.4000s", (page)->text)

static inline void print_call(struct page *page, uint32_t pid, uint64_t number, const uint64_t *arguments,
			      unsigned count)
{
	print(page, EVENT(SYSCALL, pid, number, 0x401000));
	for (unsigned i = 0; i < count; i += 2)
		print(page, EVENT(ARGUMENTS, pid, arguments[i], arguments[i + 1]));
}

#define CALL(page, pid, number, ...)                                                                                   \
	print_call(page, pid, number, (const uint64_t[]){__VA_ARGS__},                                                 \
		   sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

#endif
