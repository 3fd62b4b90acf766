/* SPDX-License-Identifier: MIT */
/* Unit tests of protocol tables, which are made only from the events of a trace. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/utf8.h"
#include "records.h"
#include "ringside/traps.h"
#include "tools/trace/protocol/protocol.h"

struct event {
	unsigned kind;
	uint32_t pid;
	uint64_t a, b;
};

enum { A = 2, B = 3, EVENTS_MAX = 64, NONE = RINGSIDE_EVENT_COUNT };

#define E(kind) RINGSIDE_EVENT_##kind

/* Process A boots, runs, is interrupted and B runs; a system call of B switches back to A, and A ends. */
static const struct event story[] = {
	{E(TRAP_TABLE), 0, 0x1000, 256},  {E(SYSCALL_HANDLER), 0, 0x2000, 1},
	{E(TIMER_START), 0, 100, 11932},  {E(PROC_CREATE), A, 1, 0},
	{E(PROC_MEMORY), A, 0x34000, 3},  {E(PROC_LOAD), A, 0x34000, 0x40},
	{E(PROC_STACK), A, 0x7ff0, 1},	  {E(PROC_FRAME), A, 0xc000, 0x401000},
	{E(PROC_CREATE), B, 1, 0},	  {E(RETURN), A, 0x401000, 0x7ff0},
	{E(SYSCALL), A, 39, 0x401010},	  {E(SYSCALL_RESULT), A, 39, 2},
	{E(RETURN), A, 0x401012, 0x7ff0}, {E(SYSCALL), A, 39, 0x401010},
	{E(SYSCALL_RESULT), A, 39, 2},	  {E(RETURN), A, 0x401012, 0x7ff0},
	{E(SYSCALL), A, 39, 0x401010},	  {E(SYSCALL_RESULT), A, 39, 2},
	{E(RETURN), A, 0x401012, 0x7ff0}, {E(INTERRUPT), A, RINGSIDE_TRAP_TIMER, 0x401020},
	{E(SAVE), A, 0xc000, B},	  {E(RESTORE), B, 0xd000, 0x42000},
	{E(RETURN), B, 0x402000, 0x7fe0}, {E(SYSCALL), B, 24, 0x402010},
	{E(SAVE), B, 0xd000, A},	  {E(RESTORE), A, 0xc000, 0x34000},
	{E(RETURN), A, 0x401020, 0x7ff0}, {E(SYSCALL), A, 60, 0x401030},
	{E(PROC_EXIT), A, 0, 0},	  {E(PROC_FREE), A, 3, 0x34000},
	{E(PROC_REMOVE), A, 0, 0},
};

enum { STORY = COUNT(story) };

static void feed(struct protocol_log *log, const struct event *events, size_t count, unsigned without)
{
	for (size_t i = 0; i < count; i++) {
		const union record record =
			event_at(1000 * (i + 1), events[i].kind, events[i].pid, events[i].a, events[i].b);
		if (events[i].kind != without)
			protocol_record(log, &record);
	}
	cr_assert_eq(protocol_end(log), 0);
}

static struct protocol_log *log_of(const struct event *events, size_t count, unsigned without)
{
	struct protocol_log *log = protocol_new(&test_clock, NULL);

	cr_assert_not_null(log);
	feed(log, events, count, without);
	return log;
}

/* Returns the index of the first row whose step is `step`; -1: there is none. */
static int row_of(const struct protocol_table *table, const char *step)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table->rows[i].step, step) == 0)
			return (int)i;
	return -1;
}

static unsigned missing(const struct protocol_table *table)
{
	unsigned count = 0;

	for (size_t i = 0; i < table->count; i++)
		count += table->rows[i].missing;
	return count;
}

Test(protocol, tells_the_whole_story)
{
	struct protocol_log *log = log_of(story, STORY, NONE);
	struct protocol_table boot = protocol_boot(log, PROTOCOL_TIMER);
	struct protocol_table life = protocol_life(log, PROTOCOL_TIMER, protocol_find(log, "2"));
	struct protocol_table timer = protocol_switch(log, protocol_find(log, "2"), protocol_find(log, "3"));

	cr_assert_eq(protocol_seen(log), PROTOCOL_TIMER);
	cr_assert_eq(protocol_choose(log), protocol_find(log, "2"),
		     "the process with the most complete life is chosen");
	cr_assert_eq(protocol_partner(log, protocol_choose(log)), protocol_find(log, "3"));
	cr_assert_eq(missing(&boot) + missing(&life) + missing(&timer), 0);
	cr_assert_str_eq(life.rows[0].step, "create entry for process list");
	cr_assert_str_eq(life.rows[life.count - 1].step, "remove from process list");
	int frame = row_of(&life, "fill kernel stack with reg/PC");
	cr_assert_str_eq(life.rows[frame].detail, "0x401000 kstack=0xc000");
	cr_assert_eq(life.rows[frame].first, 7, "the row has the number of its record");
	cr_assert_eq(life.rows[frame].ns, 8000);
	protocol_table_free(&boot);
	protocol_table_free(&life);
	protocol_table_free(&timer);
	protocol_free(log);
}

/* For each step of the protocol: without its events its row is marked as missing. */
Test(protocol, lists_the_switches_of_the_timer)
{
	struct protocol_log *log = log_of(story, STORY, NONE);
	const int from = protocol_find(log, "2"), to = protocol_find(log, "3");
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_expect_eq(protocol_switches(log, from, to), 1);
	cr_expect_eq(protocol_switches(log, from, from), 0);
	protocol_list_switches(log, out);
	fclose(out);
	cr_expect(strncmp(text, "2", 1) == 0 && strstr(text, " to 3") != NULL && strstr(text, " 1 time") != NULL, "%s",
		  text);
	free(text);
	protocol_free(log);
}

Test(protocol, removed_events_are_missing)
{
	static const struct {
		unsigned kind;
		bool boot;
	} cases[] = {
		{E(TRAP_TABLE), true}, {E(SYSCALL_HANDLER), true}, {E(PROC_CREATE), false}, {E(PROC_MEMORY), false},
		{E(PROC_LOAD), false}, {E(PROC_STACK), false},	   {E(PROC_FRAME), false},  {E(SYSCALL_RESULT), false},
		{E(PROC_EXIT), false}, {E(PROC_FREE), false},	   {E(PROC_REMOVE), false}, {E(TIMER_START), true},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct protocol_log *log = log_of(story, STORY, cases[i].kind);
		int a = protocol_find(log, "2");
		struct protocol_table table =
			cases[i].boot ? protocol_boot(log, PROTOCOL_TIMER) : protocol_life(log, PROTOCOL_TIMER, a);
		cr_assert_eq(missing(&table), 1, "without event %u", cases[i].kind);
		protocol_table_free(&table);
		protocol_free(log);
	}
}

/* A missing row stands after the step that precedes it in the textbook. */
Test(protocol, missing_row_stands_where_it_belongs)
{
	struct protocol_log *log = log_of(story, STORY, E(PROC_LOAD));
	struct protocol_table table = protocol_life(log, PROTOCOL_TIMER, protocol_find(log, "2"));
	int row = row_of(&table, "load program into memory");

	cr_assert(row > 0 && table.rows[row].missing);
	cr_assert_eq(row_of(&table, "allocate memory for program"), row - 1);
	cr_assert_eq(row_of(&table, "set up user stack with argv"), row + 1);
	protocol_table_free(&table);
	protocol_free(log);
}

Test(protocol, swapped_events_swap_rows)
{
	struct event swapped[STORY];

	memcpy(swapped, story, sizeof(story));
	swapped[4] = story[5];
	swapped[5] = story[4];
	struct protocol_log *log = log_of(swapped, STORY, NONE);
	struct protocol_table table = protocol_life(log, PROTOCOL_TIMER, protocol_find(log, "2"));
	cr_assert_lt(row_of(&table, "load program into memory"), row_of(&table, "allocate memory for program"));
	cr_assert_eq(missing(&table), 0);
	protocol_table_free(&table);
	protocol_free(log);
}

Test(protocol, same_calls_are_folded)
{
	struct protocol_log *log = log_of(story, STORY, NONE);
	struct protocol_table table = protocol_life(log, PROTOCOL_TIMER, protocol_find(log, "2"));
	int row = row_of(&table, "\u2026 2 more system calls");

	cr_assert_geq(row, 0);
	cr_assert(table.rows[row].folded);
	cr_assert_eq(table.rows[row].first, 13);
	cr_assert_eq(table.rows[row].last, 18);
	protocol_table_free(&table);
	protocol_free(log);
}

/* A switch without any event is marked as missing entirely; a switch without its interrupt lacks only that row. */
Test(protocol, switch_needs_its_events)
{
	struct protocol_log *log = log_of(story, STORY, E(SAVE));
	int a = protocol_find(log, "2"), b = protocol_find(log, "3");
	struct protocol_table table = protocol_switch(log, a, b);
	cr_assert_eq(missing(&table), 1);
	cr_assert(table.rows[row_of(&table, "save regs to process structure")].missing);
	protocol_table_free(&table);
	protocol_free(log);

	log = log_of(story, STORY, NONE);
	table = protocol_switch(log, b, a);
	cr_assert_eq(missing(&table), 4, "B gave the CPU away itself");
	cr_assert_eq(table.count, 4);
	protocol_table_free(&table);
	protocol_free(log);
}

Test(protocol, the_trace_says_which_protocol)
{
	static const struct event direct[] = {{E(PROC_CREATE), A, 0, 0}, {E(CALL_MAIN), A, 0x401000, 0x7ff0}};
	struct protocol_log *log = log_of(direct, 2, NONE);
	cr_assert_eq(protocol_seen(log), PROTOCOL_DIRECT);
	protocol_free(log);

	struct event limited[STORY];
	size_t count = 0;
	for (size_t i = 0; i < STORY; i++)
		if (story[i].kind != E(TIMER_START) && story[i].kind != E(INTERRUPT))
			limited[count++] = story[i];
	log = log_of(limited, count, NONE);
	cr_assert_eq(protocol_seen(log), PROTOCOL_LIMITED);
	struct protocol_table boot = protocol_boot(log, PROTOCOL_TIMER);
	cr_assert_eq(missing(&boot), 1, "the timer protocol lacks the timer");
	protocol_table_free(&boot);
	protocol_free(log);
}

/* Any events and pids in any order: the table is bounded, and every row has text. */
Test(protocol, hostile_events)
{
	struct protocol_log *log = protocol_new(&test_clock, NULL);
	uint32_t seed = 1;

	for (unsigned i = 0; i < 200000; i++) {
		seed = seed * 1664525 + 1013904223;
		const union record record = event_at(seed % 7 == 0 ? UINT64_MAX : i + 1, (seed >> 24) % 64,
						     seed >> 12 & 1023, seed >> 8, (uint64_t)seed << 32 | seed);
		protocol_record(log, &record);
	}
	cr_assert_eq(protocol_end(log), 0);
	for (size_t i = 0; i < protocol_count(log); i++) {
		struct protocol_table table = protocol_life(log, PROTOCOL_TIMER, (int)i);
		for (size_t row = 0; row < table.count; row++)
			cr_assert_neq(table.rows[row].step[0], '\0');
		cr_assert_lt(table.count, 1024);
		protocol_table_free(&table);
		if (protocol_partner(log, (int)i) >= 0) {
			table = protocol_switch(log, (int)i, protocol_partner(log, (int)i));
			protocol_table_free(&table);
		}
	}
	protocol_free(log);
}

static void print(const struct protocol_table *table, unsigned width, bool ascii, char **text)
{
	size_t size;
	FILE *out = open_memstream(text, &size);
	struct page page;

	page_start(&page, out, (struct tty_style){.width = width, .ascii = ascii});
	protocol_print(table, "title", PROTOCOL_TIMER, false, &page);
	fclose(out);
}

static void assert_width(const struct protocol_table *table, unsigned terminal, unsigned expected)
{
	char *text;

	print(table, terminal, false, &text);
	for (const char *line = strchr(text, '\n') + 1; *line != '\0'; line = strchr(line, '\n') + 1)
		cr_assert_eq(utf8_columns(line, strcspn(line, "\n")), expected, "%s", line);
	cr_assert_null(strchr(text, '\x1b'), "no colour unless asked for");
	free(text);
}

Test(protocol, text_is_as_wide_as_the_terminal)
{
	struct protocol_log *log = log_of(story, STORY, E(PROC_FREE));
	struct protocol_table table = protocol_life(log, PROTOCOL_TIMER, protocol_find(log, "2"));

	assert_width(&table, 0, 120);
	assert_width(&table, 171, 171);
	assert_width(&table, 80, 80);
	assert_width(&table, 60, 60); /* without the times */
	assert_width(&table, 20, 20);
	protocol_table_free(&table);
	protocol_free(log);
}

Test(protocol, ascii_where_the_locale_has_no_more)
{
	struct protocol_log *log = log_of(story, STORY, E(PROC_FREE));
	struct protocol_table table = protocol_life(log, PROTOCOL_TIMER, protocol_find(log, "2"));
	char *text;

	print(&table, 0, true, &text);
	cr_expect_not_null(strstr(text, "not seen in this trace"));
	cr_expect_not_null(strstr(text, "+--------------+---"));
	for (const char *byte = text; *byte != '\0'; byte++)
		cr_assert_lt((unsigned char)*byte, 0x80, "%s", text);
	free(text);
	protocol_table_free(&table);
	protocol_free(log);
}
