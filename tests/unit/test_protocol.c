/* SPDX-License-Identifier: MIT */
/* Unit tests of protocol tables, which are made only from the events of a trace. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/utf8.h"
#include "book_rows.h"
#include "records.h"
#include "ringside/syscalls.h"
#include "ringside/traps.h"
#include "tools/trace/protocol/protocol.h"

struct event {
	unsigned kind;
	uint32_t pid;
	uint64_t a, b;
};

enum { A = 2, B = 3, NONE = RINGSIDE_EVENT_COUNT, EXIT /* no event: the VMM injects the timer's interrupt */ };

#define E(kind) RINGSIDE_EVENT_##kind

/*
 * init boots; A is its copy, which loads a program, calls, and is interrupted, so that B runs; the timer gives A the
 * CPU back, and A ends. The VMM handles an exit before A's interrupt.
 */
static const struct event story[] = {
	{E(TRAP_TABLE), 0, 0x1000, 256},
	{E(SYSCALL_HANDLER), 0, 0x2000, RINGSIDE_DELIVERY_NATIVE},
	{E(TIMER_HANDLER), 0, 0x3000, RINGSIDE_TRAP_TIMER},
	{E(TIMER_START), 0, 100, 11932},
	{E(PROC_CREATE), B, 1, 0},
	{E(PROC_MEMORY), B, 0x42000, 1},
	{E(PROC_LOAD), B, 0x42000, 0x50},
	{E(PROC_STACK), B, 0x7fe0, 1},
	{E(PROC_CLEAR), B, 15, 0},
	{E(PROC_FRAME), B, 0xd000, 0x402000},
	{E(RETURN), B, 0x402000, 0x7fe0},
	{E(PROC_CREATE), A, 1, 0},
	{E(PROC_MEMORY), A, 0x33000, 3},
	{E(FORK), 1, A, 0x33000},
	{E(PROC_FRAME), A, 0xc000, 0x409000},
	{E(INTERRUPT), B, RINGSIDE_TRAP_TIMER, 0x402008},
	{E(SWITCH), B, A, RINGSIDE_SWITCH_SLICE},
	{E(SAVE), B, 0xd000, A},
	{E(RESTORE), A, 0xc000, 0x33000},
	{E(RETURN), A, 0x409000, 0x7ff0},
	{E(SYSCALL), A, RINGSIDE_SYS_execve, 0x409010},
	{E(PROC_MEMORY), A, 0x34000, 1},
	{E(PROC_LOAD), A, 0x34000, 0x40},
	{E(PROC_PAGES), A, 1, 5},
	{E(PROC_STACK), A, 0x7ff0, 1},
	{E(PROC_CLEAR), A, 15, 0},
	{E(PROC_FRAME), A, 0xc000, 0x401000},
	{E(SYSCALL_RESULT), A, RINGSIDE_SYS_execve, 0},
	{E(RETURN), A, 0x401000, 0x7ff0},
	{E(EXCEPTION), A, RINGSIDE_TRAP_PF, 0x401000},
	{E(FAULT), A, 0x401000, 0x14},
	{E(PAGE), A, 0x77000, RINGSIDE_PAGE_FILE},
	{E(RETURN), A, 0x401000, 0x7ff0},
	{E(SYSCALL), A, RINGSIDE_SYS_getpid, 0x401010},
	{E(SYSCALL_RESULT), A, RINGSIDE_SYS_getpid, 2},
	{E(RETURN), A, 0x401012, 0x7ff0},
	{E(SYSCALL), A, RINGSIDE_SYS_getpid, 0x401010},
	{E(SYSCALL_RESULT), A, RINGSIDE_SYS_getpid, 2},
	{E(RETURN), A, 0x401012, 0x7ff0},
	{E(SYSCALL), A, RINGSIDE_SYS_getpid, 0x401010},
	{E(SYSCALL_RESULT), A, RINGSIDE_SYS_getpid, 2},
	{E(RETURN), A, 0x401012, 0x7ff0},
	{EXIT, 0, 0, 0},
	{E(INTERRUPT), A, RINGSIDE_TRAP_TIMER, 0x401020},
	{E(SWITCH), A, B, RINGSIDE_SWITCH_SLICE},
	{E(SAVE), A, 0xbf00, B},
	{E(RESTORE), B, 0xcf00, 0x42000},
	{E(RETURN), B, 0x402008, 0x7fe0},
	{E(SYSCALL), B, RINGSIDE_SYS_sched_yield, 0x402010},
	{E(SWITCH), B, A, RINGSIDE_SWITCH_YIELD},
	{E(SAVE), B, 0xcf00, A},
	{E(RESTORE), A, 0xbe00, 0x34000},
	{E(RETURN), A, 0x401020, 0x7ff0},
	{E(SYSCALL), A, RINGSIDE_SYS_exit_group, 0x401030},
	{E(PROC_EXIT), A, 0, 0},
	{E(PROC_FREE), A, 3, 0x34000},
	{E(PROC_REMOVE), A, 0, 0},
};

/* The same run with direct execution: the program is called, calls services, and returns. */
static const struct event direct_story[] = {
	{E(TRAP_TABLE), 0, 0x1000, 256},
	{E(PROC_CREATE), A, 1, 0},
	{E(PROC_MEMORY), A, 0x33000, 3},
	{E(FORK), 1, A, 0x33000},
	{E(PROC_FRAME), A, 0xc000, 0x409000},
	{E(CALL_MAIN), A, 0x409000, 0x7ff0},
	{E(SERVICE), A, RINGSIDE_SYS_execve, 0x409010},
	{E(PROC_MEMORY), A, 0x34000, 1},
	{E(PROC_LOAD), A, 0x34000, 0x40},
	{E(PROC_PAGES), A, 9, 5},
	{E(PROC_STACK), A, 0x7ff0, 1},
	{E(PROC_CLEAR), A, 15, 0},
	{E(PROC_FRAME), A, 0xc000, 0x401000},
	{E(SYSCALL_RESULT), A, RINGSIDE_SYS_execve, 0},
	{E(CALL_MAIN), A, 0x401000, 0x7ff0},
	{E(EXCEPTION), A, RINGSIDE_TRAP_PF, 0x401000},
	{E(SERVICE), A, RINGSIDE_SYS_getpid, 0x401010},
	{E(SYSCALL_RESULT), A, RINGSIDE_SYS_getpid, 2},
	{E(MAIN_RETURN), A, 0, 0x401012},
	{E(PROC_EXIT), A, 0, 0},
	{E(PROC_FREE), A, 3, 0x34000},
	{E(PROC_REMOVE), A, 0, 0},
};

enum { STORY = COUNT(story) };

static const struct file_header test_header = {.clock = {.tsc_khz = 1000000}}; /* a tick is a nanosecond */

/* The guest is entered again 100 ns after an exit. */
static void feed(struct protocol_log *log, const struct event *events, size_t count, unsigned without)
{
	uint64_t entry = 0;

	for (size_t i = 0; i < count; i++) {
		const uint64_t tsc = 1000 * (i + 1);
		union record record = event_at(tsc, events[i].kind, events[i].pid, events[i].a, events[i].b);
		if (events[i].kind == EXIT) {
			record = exit_at(entry, tsc, 3);
			entry = tsc + 100;
			record.exit.flags = RECORD_INJECTED;
			record.exit.vector = RINGSIDE_TRAP_TIMER;
		}
		if (events[i].kind != without)
			protocol_record(log, &record);
	}
}

static struct protocol_log *log_of(const struct event *events, size_t count, unsigned without)
{
	struct protocol_log *log = protocol_new(&test_header, NULL);

	cr_assert_not_null(log);
	feed(log, events, count, without);
	cr_assert_eq(protocol_end(log), 0);
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

/* ---- against the textbook ---- */

static const struct book_row {
	const char *protocol, *table, *column, *words;
} book[] = {
#define ROW(protocol, table, column, words) {#protocol, #table, #column, words},
	BOOK_ROWS(ROW)
#undef ROW
};

/* Whether two texts are the same, but for the number that the first has where the second has an X. */
static bool same_words(const char *words, const char *expected)
{
	const size_t before = strcspn(expected, "X");

	if (expected[before] == '\0')
		return strcmp(words, expected) == 0;
	if (strncmp(words, expected, before) != 0)
		return false;
	const size_t digits = strspn(words + before, "0123456789.");
	return digits > 0 && strcmp(words + before + digits, expected + before + 1) == 0;
}

/* Whether a table without what is beyond has the textbook's rows: all, each once, in order, each in its column. */
static bool is_the_books(const struct protocol_table *table, const char *protocol, const char *name)
{
	static const char *const columns[PROTOCOL_COLUMNS] = {"os", "hardware", "program", "vmm"};
	size_t at = 0;

	for (size_t i = 0; i < COUNT(book); i++) {
		if (strcmp(book[i].protocol, protocol) != 0 || strcmp(book[i].table, name) != 0)
			continue;
		while (at < table->count && table->rows[at].beyond)
			at++;
		if (at == table->count || !same_words(table->rows[at].step, book[i].words) ||
		    strcmp(columns[table->rows[at].column], book[i].column) != 0 || table->rows[at].missing)
			return false;
		at++;
	}
	while (at < table->count && table->rows[at].beyond)
		at++;
	return at > 0 && at == table->count;
}

enum which { BOOT, LIFE, SWITCH };

static struct protocol_table make(const struct protocol_log *log, enum protocol protocol, enum which which)
{
	const int a = protocol_find(log, "2"), b = protocol_find(log, "3");

	return which == BOOT   ? protocol_boot(log, protocol)
	       : which == LIFE ? protocol_life(log, protocol, a)
			       : protocol_switch(log, a, b);
}

static const struct {
	const struct event *events;
	size_t count;
	enum protocol protocol;
	enum which table;
	const char *protocol_name, *table_name;
} tables[] = {
	{direct_story, COUNT(direct_story), PROTOCOL_DIRECT, LIFE, "direct", "life"},
	{story, STORY, PROTOCOL_LIMITED, BOOT, "limited", "boot"},
	{story, STORY, PROTOCOL_LIMITED, LIFE, "limited", "life"},
	{story, STORY, PROTOCOL_TIMER, BOOT, "timer", "boot"},
	{story, STORY, PROTOCOL_TIMER, LIFE, "limited", "life"},
	{story, STORY, PROTOCOL_TIMER, SWITCH, "timer", "switch"},
};

static bool is_like_the_book(const struct event *events, size_t count, size_t i)
{
	struct protocol_log *log = log_of(events, count, NONE);
	struct protocol_table table = make(log, tables[i].protocol, tables[i].table);
	bool same = is_the_books(&table, tables[i].protocol_name, tables[i].table_name);

	protocol_table_free(&table);
	protocol_free(log);
	return same;
}

Test(protocol, tables_are_the_books)
{
	for (size_t i = 0; i < COUNT(tables); i++)
		cr_expect(is_like_the_book(tables[i].events, tables[i].count, i), "%s: %s", tables[i].protocol_name,
			  tables[i].table_name);
}

/* Each row has what really happened at it. */
Test(protocol, rows_have_values)
{
	for (size_t i = 0; i < COUNT(tables); i++) {
		struct protocol_log *log = log_of(tables[i].events, tables[i].count, NONE);
		struct protocol_table table = make(log, tables[i].protocol, tables[i].table);
		for (size_t row = 0; row < table.count; row++)
			cr_expect_str_neq(table.rows[row].detail, "", "%s: %s: %s", tables[i].protocol_name,
					  tables[i].table_name, table.rows[row].step);
		protocol_table_free(&table);
		protocol_free(log);
	}
}

/* A row that is missing, doubled, elsewhere or in another column makes another table: so the comparison can fail. */
Test(protocol, other_tables_are_not_the_books)
{
	struct protocol_log *log = log_of(story, STORY, NONE);
	struct protocol_table table = make(log, PROTOCOL_TIMER, SWITCH);

	protocol_table_strict(&table);
	cr_assert(is_the_books(&table, "timer", "switch"));
	for (size_t i = 0; i < table.count; i++) {
		struct protocol_row rows[32];
		struct protocol_table other = {rows, table.count - 1, COUNT(rows)};
		cr_assert_lt(table.count + 1, COUNT(rows));
		memcpy(rows, table.rows, i * sizeof(*rows));
		memcpy(rows + i, table.rows + i + 1, (table.count - i - 1) * sizeof(*rows));
		cr_expect_not(is_the_books(&other, "timer", "switch"), "without row %zu", i);
		memcpy(rows + i + 1, table.rows + i, (table.count - i) * sizeof(*rows));
		rows[i] = table.rows[i];
		other.count = table.count + 1;
		cr_expect_not(is_the_books(&other, "timer", "switch"), "row %zu twice", i);
		memcpy(rows, table.rows, table.count * sizeof(*rows));
		other.count = table.count;
		rows[i] = table.rows[(i + 1) % table.count];
		rows[(i + 1) % table.count] = table.rows[i];
		cr_expect_not(is_the_books(&other, "timer", "switch"), "row %zu elsewhere", i);
		memcpy(rows, table.rows, table.count * sizeof(*rows));
		rows[i].column = (rows[i].column + 1) % PROTOCOL_VMM;
		cr_expect_not(is_the_books(&other, "timer", "switch"), "row %zu in another column", i);
	}
	protocol_table_free(&table);
	protocol_free(log);
}

/* What happens twice is told once, and the second time it is beyond the textbook's rows. */
Test(protocol, doubled_events_are_one_row)
{
	static const unsigned kinds[] = {
		E(TRAP_TABLE),	E(SYSCALL_HANDLER), E(TIMER_HANDLER), E(TIMER_START), E(PROC_CREATE),
		E(PROC_MEMORY), E(PROC_LOAD),	    E(PROC_STACK),    E(PROC_CLEAR),  E(PROC_FRAME),
		E(RETURN),	E(SYSCALL_RESULT),  E(PROC_FREE),     E(PROC_REMOVE),
	};

	for (size_t kind = 0; kind < COUNT(kinds); kind++) {
		struct event doubled[2 * STORY];
		size_t count = 0;
		for (size_t i = 0; i < STORY; i++) {
			doubled[count++] = story[i];
			if (story[i].kind == kinds[kind])
				doubled[count++] = story[i];
		}
		for (size_t i = 1; i < COUNT(tables); i++)
			cr_expect(is_like_the_book(doubled, count, i), "event %u: %s: %s", kinds[kind],
				  tables[i].protocol_name, tables[i].table_name);
	}
}

/* For each step of the protocol: without its events its rows are marked as missing. */
Test(protocol, removed_events_are_missing)
{
	static const struct {
		unsigned kind;
		enum which table;
		unsigned missing;
	} cases[] = {
		{E(TRAP_TABLE), BOOT, 1},      {E(SYSCALL_HANDLER), BOOT, 1}, {E(TIMER_HANDLER), BOOT, 1},
		{E(TIMER_START), BOOT, 3},     {E(PROC_CREATE), LIFE, 1},     {E(PROC_MEMORY), LIFE, 1},
		{E(PROC_LOAD), LIFE, 1},       {E(PROC_STACK), LIFE, 1},      {E(PROC_FRAME), LIFE, 1},
		{E(SYSCALL_RESULT), LIFE, 12}, {E(PROC_FREE), LIFE, 1},	      {E(PROC_REMOVE), LIFE, 1},
		{E(INTERRUPT), SWITCH, 7},     {E(SWITCH), SWITCH, 1},	      {E(SAVE), SWITCH, 1},
		{E(RESTORE), SWITCH, 2},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct protocol_log *log = log_of(story, STORY, cases[i].kind);
		struct protocol_table table = make(log, PROTOCOL_TIMER, cases[i].table);
		cr_expect_eq(missing(&table), cases[i].missing, "without event %u: %u", cases[i].kind, missing(&table));
		protocol_table_free(&table);
		protocol_free(log);
	}
}

/* A missing row stands after the row that precedes it in the textbook. */
Test(protocol, missing_row_stands_where_it_belongs)
{
	struct protocol_log *log = log_of(story, STORY, E(PROC_FRAME));
	struct protocol_table table = make(log, PROTOCOL_TIMER, LIFE);

	protocol_table_strict(&table);
	int row = row_of(&table, "fill kernel stack with reg/PC");
	cr_assert(row > 0 && table.rows[row].missing);
	cr_assert_eq(row_of(&table, "set up user stack with argv"), row - 1);
	cr_assert_eq(row_of(&table, "return-from-trap"), row + 1);
	protocol_table_free(&table);
	protocol_free(log);
}

/* The order of the table is that of what happened, not the textbook's. */
Test(protocol, swapped_events_swap_rows)
{
	struct event swapped[STORY];
	size_t i = 0;

	memcpy(swapped, story, sizeof(story));
	while (story[i].pid != A || story[i].kind != E(PROC_STACK))
		i++;
	swapped[i] = story[i + 2];
	swapped[i + 2] = story[i];
	cr_assert_not(is_like_the_book(swapped, STORY, 2));
	struct protocol_log *log = log_of(swapped, STORY, NONE);
	struct protocol_table table = make(log, PROTOCOL_TIMER, LIFE);
	protocol_table_strict(&table);
	cr_assert_lt(row_of(&table, "fill kernel stack with reg/PC"), row_of(&table, "set up user stack with argv"));
	cr_assert_eq(missing(&table), 0);
	protocol_table_free(&table);
	protocol_free(log);
}

/* ---- what the rows say ---- */

static const struct protocol_row *row_with(const struct protocol_table *table, const char *step)
{
	int row = row_of(table, step);

	cr_assert_geq(row, 0, "%s", step);
	return &table->rows[row];
}

static void says(const struct protocol_table *table, const char *step, const char *words)
{
	const struct protocol_row *row = row_with(table, step);

	cr_expect_not_null(strstr(row->detail, words), "%s: %s", step, row->detail);
}

/*
 * What the VMM and the host had is no time of the program's, nor of the kernel's; and a record is the one that the
 * trace has, though the VMM's events are told elsewhere.
 */
Test(protocol, durations_are_the_guests)
{
	const union record records[] = {
		exit_at(0, 100, 0),
		event_at(1000, RINGSIDE_EVENT_PROC_CREATE, A, 1, 0),
		event_at(1500, RINGSIDE_EVENT_PROC_LOAD, A, 0x34000, 0x40),
		event_at(2000, RINGSIDE_EVENT_RETURN, A, 0x401000, 0x7ff0),
		exit_at(200, 4000, 3),
		event_at(10000, RINGSIDE_EVENT_SYSCALL, A, RINGSIDE_SYS_getpid, 0x401010),
		event_at(15000, RINGSIDE_EVENT_HOST_TOOK, 0, 4000, 4000),
		event_at(16000, RINGSIDE_EVENT_SYSCALL_RESULT, A, RINGSIDE_SYS_getpid, 2),
		event_at(18000, RINGSIDE_EVENT_RETURN, A, 0x401012, 0x7ff0),
		exit_at(7000, 19000, 3),
	};
	struct protocol_log *log = protocol_new(&test_header, NULL);

	for (size_t i = 0; i < COUNT(records); i++)
		protocol_record(log, &records[i]);
	cr_assert_eq(protocol_end(log), 0);
	struct protocol_table life = make(log, PROTOCOL_LIMITED, LIFE);
	says(&life, "call system call", "after 5.0 µs (VMM 3.0 µs) at 0x401010");
	cr_expect_eq(row_with(&life, "call system call")->first, 5);
	const struct protocol_row *back = row_with(&life, "jump to PC after trap");
	cr_expect_eq(back->first, 8);
	while (strcmp(back->step, "return-from-trap") != 0)
		back--;
	cr_expect_str_eq(back->detail, "4.0 µs after the trap (host 4.0 µs)");
	protocol_table_free(&life);
	protocol_free(log);
}

Test(protocol, rows_tell_what_happened)
{
	struct protocol_log *log = log_of(story, STORY, NONE);
	struct protocol_table life = make(log, PROTOCOL_TIMER, LIFE), timer = make(log, PROTOCOL_TIMER, SWITCH);
	struct protocol_table boot = make(log, PROTOCOL_TIMER, BOOT);

	row_with(&boot, "interrupt CPU in 10 ms");
	says(&life, "load program into memory", "5 pages, none of them yet");
	says(&life, "save regs to kernel stack", "by the handler");
	says(&life, "restore regs from kernel stack", "from 0xc000");
	says(&timer, "timer interrupt", "which the VMM injected");
	says(&timer, "process A …", "A is pid 2: interrupted after 2.0 µs at 0x401020");
	says(&timer, "process B …", "B is pid 3: runs on where it was interrupted, for 1.0 µs");
	says(&timer, "call switch()", "next=3 slice over");
	says(&timer, "save regs(A) to proc-struct(A)", "RSP=0xbe00");
	says(&life, "save regs to kernel stack, move to kernel mode, jump to trap handler",
	     ", fetch 0x401000, error 0x14");
	const struct protocol_row *frame = row_with(&life, "fill kernel stack with reg/PC");
	cr_expect(frame->beyond, "the first is of the copy that fork made");
	cr_expect_str_eq(row_with(&timer, "inject interrupt 0x20")->detail, "HLT inject 0x20 timer interrupt");
	cr_expect_eq(row_with(&timer, "inject interrupt 0x20")->column, PROTOCOL_VMM);
	protocol_table_free(&boot);
	protocol_table_free(&life);
	protocol_table_free(&timer);
	protocol_free(log);
}

Test(protocol, eager_loading_is_told)
{
	struct protocol_log *log = log_of(direct_story, COUNT(direct_story), NONE);
	struct protocol_table life = make(log, PROTOCOL_DIRECT, LIFE);

	says(&life, "load program into memory", "5 pages, all at once (paging=eager); with stack and page tables 8");
	protocol_table_free(&life);
	protocol_free(log);
}

/* With direct execution nothing traps into the kernel, changes the mode, or is a system call. */
Test(protocol, direct_execution_has_no_transition)
{
	struct protocol_log *log = log_of(direct_story, COUNT(direct_story), NONE);
	struct protocol_table life = make(log, PROTOCOL_DIRECT, LIFE);

	for (size_t i = 0; i < life.count; i++) {
		cr_expect_null(strstr(life.rows[i].step, "syscall"), "%s", life.rows[i].step);
		cr_expect_null(strstr(life.rows[i].step, "move to"), "%s", life.rows[i].step);
		cr_expect_null(strstr(life.rows[i].step, "trap into"), "%s", life.rows[i].step);
	}
	protocol_table_free(&life);
	protocol_free(log);
}

/* A process that is a copy and loads nothing says so where the textbook loads. */
Test(protocol, fork_is_no_loading)
{
	static const struct event copy[] = {
		{E(PROC_CREATE), A, 1, 0},	  {E(PROC_MEMORY), A, 0x33000, 3},
		{E(FORK), 1, A, 0x33000},	  {E(PROC_FRAME), A, 0xc000, 0x409000},
		{E(RETURN), A, 0x409000, 0x7ff0},
	};
	struct protocol_log *log = log_of(copy, COUNT(copy), NONE);
	struct protocol_table life = make(log, PROTOCOL_LIMITED, LIFE);

	cr_expect(row_with(&life, "load program into memory")->missing);
	says(&life, "load program into memory", "fork copied");
	protocol_table_free(&life);
	protocol_free(log);
}

Test(protocol, same_calls_are_folded)
{
	struct protocol_log *log = log_of(story, STORY, NONE);
	struct protocol_table table = make(log, PROTOCOL_TIMER, LIFE);
	const struct protocol_row *row = row_with(&table, "… 2 more system calls");

	cr_assert(row->folded && row->beyond);
	cr_assert_eq(story[row->first].kind, E(SYSCALL));
	cr_assert_eq(row->last - row->first, 5);
	protocol_table_free(&table);
	protocol_free(log);
}

/* Of a process that runs several programs the table is about the last, and what was before is one row. */
Test(protocol, last_program_is_told)
{
	enum { PROGRAM = 19, END = STORY - 4, TIMES = 3000 }; /* execve ... exit_group */
	struct protocol_log *log = protocol_new(&test_header, NULL);
	struct event again[STORY];
	size_t count = 0;

	for (size_t i = PROGRAM; i < END; i++)
		if (story[i].pid == A && story[i].kind != E(INTERRUPT) && story[i].kind != E(SAVE))
			again[count++] = story[i];
	feed(log, story, END, NONE);
	for (unsigned i = 0; i < TIMES; i++)
		feed(log, again, count, NONE);
	feed(log, story + END, STORY - END, NONE);
	cr_assert_eq(protocol_end(log), 0);
	struct protocol_table table = make(log, PROTOCOL_TIMER, LIFE);
	cr_expect(is_the_books(&table, "limited", "life"));
	cr_expect_lt(table.count, 64);
	protocol_table_free(&table);
	protocol_free(log);
}

/* ---- whose story ---- */

Test(protocol, chooses_processes_in_their_own_programs)
{
	struct protocol_log *log = log_of(story, STORY, NONE);
	const int a = protocol_find(log, "2"), b = protocol_find(log, "3");
	int from, to;

	cr_assert_eq(protocol_seen(log), PROTOCOL_TIMER);
	cr_assert_eq(protocol_choose(log), a, "the process with the most complete life is chosen");
	cr_assert_eq(protocol_partner(log, a), b);
	protocol_choose_switch(log, &from, &to);
	cr_expect(from == a && to == b, "at the other switch A had not loaded its program");
	protocol_free(log);
}

Test(protocol, lists_the_switches_of_the_timer)
{
	struct protocol_log *log = log_of(story, STORY, NONE);
	const int from = protocol_find(log, "2"), to = protocol_find(log, "3");
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_expect_eq(protocol_switches(log, from, to), 1);
	cr_expect_eq(protocol_switches(log, to, from), 1, "the other time B yielded");
	cr_expect_eq(protocol_switches(log, from, from), 0);
	protocol_list_switches(log, out);
	fclose(out);
	cr_expect_not_null(strstr(text, "2 to 3 1 time"), "%s", text);
	free(text);
	protocol_free(log);
}

Test(protocol, the_trace_says_which_protocol)
{
	struct protocol_log *log = log_of(direct_story, COUNT(direct_story), NONE);
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
	cr_assert_eq(missing(&boot), 3, "the timer protocol lacks the timer");
	protocol_table_free(&boot);
	protocol_free(log);
}

/* Any events and pids in any order: the table is bounded, and every row has text. */
Test(protocol, hostile_events)
{
	struct protocol_log *log = protocol_new(&test_header, NULL);
	uint32_t seed = 1;

	for (unsigned i = 0; i < 200000; i++) {
		seed = seed * 1664525 + 1013904223;
		union record record = event_at(seed % 7 == 0 ? UINT64_MAX : i + 1, (seed >> 24) % 64, seed >> 12 & 1023,
					       seed >> 8, (uint64_t)seed << 32 | seed);
		if (seed % 5 == 0) {
			record = exit_at(i, i + 1, (uint8_t)seed);
			record.exit.flags = (uint8_t)(seed >> 8);
		}
		protocol_record(log, &record);
	}
	cr_assert_eq(protocol_end(log), 0);
	for (size_t i = 0; i < protocol_count(log); i++) {
		for (enum protocol protocol = 0; protocol < PROTOCOL_COUNT; protocol++) {
			struct protocol_table table = protocol_life(log, protocol, (int)i);
			for (size_t row = 0; row < table.count; row++)
				cr_assert_neq(table.rows[row].step[0], '\0');
			cr_assert_lt(table.count, 1024);
			protocol_table_free(&table);
		}
		if (protocol_partner(log, (int)i) >= 0) {
			struct protocol_table table = protocol_switch(log, (int)i, protocol_partner(log, (int)i));
			protocol_table_free(&table);
		}
	}
	protocol_free(log);
}

/* ---- text ---- */

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
	struct protocol_log *log = log_of(story, STORY, EXIT);
	struct protocol_table table = protocol_life(log, PROTOCOL_TIMER, protocol_find(log, "2"));

	assert_width(&table, 0, 120);
	assert_width(&table, 171, 171);
	assert_width(&table, 80, 80);
	assert_width(&table, 60, 60); /* without the times */
	assert_width(&table, 20, 20);
	protocol_table_free(&table);
	protocol_free(log);
	log = log_of(story, STORY, E(RESTORE));
	table = make(log, PROTOCOL_TIMER, SWITCH);
	assert_width(&table, 0, 153); /* with the VMM's column */
	assert_width(&table, 100, 100);
	assert_width(&table, 60, 60);
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
