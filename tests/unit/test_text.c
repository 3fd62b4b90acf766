/* SPDX-License-Identifier: MIT */
/* Unit tests of the text printer: exits, transitions, processes and system calls as lines, and which are printed. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/utf8.h"
#include "records.h"
#include "ringside/device.h"
#include "ringside/syscalls.h"
#include "ringside/traps.h"
#include "symbols/symbols_table.h"
#include "text/text.h"
#include "tools/trace/filter/filter.h"

#define KERNEL_TEXT UINT64_C(0xffffffff80001000)
#define SIEVE_ARCHIVE 0x7c
#define EVENT(kind, pid, a, b) event_at(next_tsc(), RINGSIDE_EVENT_##kind, pid, a, b)

static uint64_t now;

/* Each call returns a time 1 µs after the previous one. */
static uint64_t next_tsc(void)
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

static struct page open_page(struct tty_style style)
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
	page.printer = text_new(page.out, &test_clock, page.symbols, style);
	now = 0;
	return page;
}

/* Returns all lines printed so far. */
static const char *text_of(struct page *page)
{
	text_flush(page->printer);
	long size = ftell(page->out);
	page->text = realloc(page->text, (size_t)size + 1);
	rewind(page->out);
	cr_assert_eq(fread(page->text, 1, (size_t)size, page->out), (size_t)size);
	page->text[size] = '\0';
	return page->text;
}

static void close_page(struct page *page)
{
	text_free(page->printer);
	symbols_free(page->symbols);
	fclose(page->out);
	free(page->text);
}

static union record make_exit(uint8_t kind, unsigned cpl, uint64_t rip)
{
	uint64_t entry = next_tsc();

	return (union record){
		.exit = {.entry = entry, .tsc = next_tsc(), .kind = kind, .cpl_size = (uint8_t)cpl, .rip = rip}};
}

static union record make_io(uint64_t port, unsigned size, uint64_t value, unsigned flags)
{
	union record record = make_exit(RINGSIDE_EXIT_IO, 0, KERNEL_TEXT + 4);

	record.exit.address = port;
	record.exit.value = value;
	record.exit.flags = (uint8_t)flags;
	record.exit.cpl_size |= (uint8_t)(size << 4);
	return record;
}

static void print(struct page *page, union record record)
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

static void print_call(struct page *page, uint32_t pid, uint64_t number, const uint64_t *arguments, unsigned count)
{
	print(page, EVENT(SYSCALL, pid, number, 0x401000));
	for (unsigned i = 0; i < count; i += 2)
		print(page, EVENT(ARGUMENTS, pid, arguments[i], arguments[i + 1]));
}

#define CALL(page, pid, number, ...)                                                                                   \
	print_call(page, pid, number, (const uint64_t[]){__VA_ARGS__},                                                 \
		   sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

/* ---- exits, transitions, processes ---- */

Test(text, port_io)
{
	struct page page = open_page(TTY_FILE);

	text_header(page.printer);
	print(&page, make_io(0x3f8, 1, 'H', RECORD_WRITE));
	print(&page, make_io(0x3fd, 1, 0x60, 0));
	print(&page, make_io(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 4, 1, RECORD_WRITE));
	print(&page, make_io(0x1234, 2, 0xffff, RECORD_UNCLAIMED));
	/* clang-format off */
	ASSERT_LINES(&page,
		"   exit      time ms guest µs   VMM µs  CPL  pid  event             detail                                           where                       RIP\n"
		"      1     0.002000     1.00     1.00    0    -  IO                outb 0x3f8 'H' 0x48  COM1 THR                    serial_write+0x4            0xffffffff80001004\n"
		"      2     0.004000     1.00     1.00    0    -  IO                inb 0x3fd → 0x60  COM1 LSR                       serial_write+0x4            0xffffffff80001004\n"
		"      3     0.006000     1.00     1.00    0    -  IO                outl 0x50c 0x1  ringside DOORBELL                serial_write+0x4            0xffffffff80001004\n"
		"      4     0.008000     1.00        -    0    -  IO                inw 0x1234 → 0xffff, unclaimed                   serial_write+0x4            0xffffffff80001004\n");
	/* clang-format on */
	close_page(&page);
}

Test(text, string_io)
{
	struct page page = open_page(TTY_FILE);

	print(&page, make_io(0x3f8 | UINT64_C(16) << 32, 1, '\n', RECORD_WRITE | RECORD_STRING));
	ASSERT_PRINTS(&page, "outsb 0x3f8 ×16 '\\n' 0xa  COM1 THR");
	close_page(&page);
}

Test(text, other_exits)
{
	struct page page = open_page(TTY_FILE);
	union record record = make_exit(RINGSIDE_EXIT_MMIO, 0, 0);

	record.exit.address = 0xd0000000;
	record.exit.cpl_size = 8 << 4;
	record.exit.value = 0x12;
	record.exit.flags = RECORD_WRITE;
	print(&page, record);
	ASSERT_PRINTS(&page, "writeq 0xd0000000 0x12 ");
	record.exit.flags = 0;
	print(&page, record);
	ASSERT_PRINTS(&page, "readq 0xd0000000 → 0x12 ");
	record = make_exit(RINGSIDE_EXIT_INTERNAL_ERROR, 0, 0);
	record.exit.value = 1;
	print(&page, record);
	ASSERT_PRINTS(&page, "INTERNAL_ERROR    suberror 1 emulation failure ");
	record = make_exit(RINGSIDE_EXIT_INTR, 0, 0);
	record.exit.value = 1;
	record.exit.flags = RECORD_WINDOW;
	print(&page, record);
	ASSERT_PRINTS(&page, "INTR              tick, window requested ");
	print(&page, make_exit(RINGSIDE_EXIT_SHUTDOWN, 0, 0));
	ASSERT_PRINTS(&page, "SHUTDOWN          triple fault");
	print(&page, make_exit(RINGSIDE_EXIT_LIMIT - 1, 0, 0));
	ASSERT_PRINTS(&page, "reason 63 ");
	close_page(&page);
}

Test(text, waiting_and_injecting)
{
	struct page page = open_page(TTY_FILE);
	union record record = make_exit(RINGSIDE_EXIT_HLT, 0, KERNEL_TEXT);

	record.exit.flags = RECORD_WAITED | RECORD_INJECTED;
	record.exit.vector = RINGSIDE_TRAP_TIMER;
	record.exit.value = 9870000;
	print(&page, record);
	text_entered(page.printer, record.exit.tsc + 9876543);
	ASSERT_PRINTS(&page, "     6.54    0    -  HLT               idle for 9.9 ms, inject 0x20 timer interrupt ");
	ASSERT_PRINTS(&page, " serial_write                0xffffffff80001000\n");
	record.exit.vector = 0x27;
	print(&page, record);
	ASSERT_PRINTS(&page, "HLT               inject 0x27 "); /* the waiting time is not known */
	record.exit.vector = RINGSIDE_TRAP_PF;
	print(&page, record);
	ASSERT_PRINTS(&page, "inject #PF page fault ");
	close_page(&page);
}

Test(text, a_change_of_cpl_is_marked)
{
	struct page page = open_page(TTY_FILE);

	print(&page, make_exit(RINGSIDE_EXIT_INTR, 3, 0x401000));
	print(&page, make_exit(RINGSIDE_EXIT_INTR, 3, 0x401000));
	ASSERT_PRINTS_NOT(&page, "→");
	print(&page, make_exit(RINGSIDE_EXIT_INTR, 0, KERNEL_TEXT));
	ASSERT_PRINTS(&page, "-  3→0    -  INTR");
	print(&page, make_exit(RINGSIDE_EXIT_INTR, 3, 0x401000));
	ASSERT_PRINTS(&page, "-  0→3    -  INTR");
	close_page(&page);
}

/* A process is loaded, runs, makes a system call and is interrupted. */
Test(text, events_stand_between_exits)
{
	struct page page = open_page(TTY_FILE);
	union record in_sieve;

	print(&page, EVENT(PROC_MEMORY, 3, 0x7000, 16));
	print(&page, EVENT(PROC_LOAD, 3, 0x7000, SIEVE_ARCHIVE));
	print(&page, EVENT(RETURN, 3, 0x401000, 0x7ffff000));
	in_sieve = make_exit(RINGSIDE_EXIT_INTR, 3, 0x401010);
	in_sieve.exit.frame = 7;
	print(&page, in_sieve);
	union record later = EVENT(INTERRUPT, 3, RINGSIDE_TRAP_TIMER, 0x401010);
	print(&page, later);
	print(&page, EVENT(RETURN, 3, 0x401010, 0x7ffff000));
	print(&page, EVENT(SYSCALL, 3, RINGSIDE_SYS_write, 0x401020));
	union record arguments = EVENT(ARGUMENTS, 3, 1, 0x4020e0);
	print(&page, arguments);
	arguments.event.a = 17;
	print(&page, arguments);
	print(&page, EVENT(SYSCALL_RESULT, 3, RINGSIDE_SYS_write, 17));
	in_sieve = make_exit(RINGSIDE_EXIT_HLT, 0, KERNEL_TEXT);
	in_sieve.exit.entry = later.event.tsc - 500;
	print(&page, in_sieve);
	/* clang-format off */
	ASSERT_LINES(&page,
		"            0.001000                      0    3    memory          cr3=0x7000 pages=16\n"
		"            0.002000                      0    3    load            cr3=0x7000 sieve\n"
		"            0.003000                    0→3    3    return          rsp=0x7ffff000                                   main (sieve)                0x401000\n"
		"      1     0.005000     1.00     0.50    3    3  INTR                                                               main+0x10 (sieve)           0x401010\n"
		"            0.006000                    3→0    3    interrupt       0x20 timer interrupt                             main+0x10 (sieve)           0x401010\n"
		"            0.007000                    0→3    3    return          rsp=0x7ffff000                                   main+0x10 (sieve)           0x401010\n"
		"            0.008000                    3→0    3    syscall         write(1, 0x4020e0, 17)                           main+0x20 (sieve)           0x401020\n"
		"            0.010000                      0    3    result          write(1, 0x4020e0, 17) = 17\n"
		"      2     0.012000     6.50        -    0    -  HLT                                                                serial_write                0xffffffff80001000\n");
	/* clang-format on */
	close_page(&page);
}

Test(text, results_and_signals_have_names)
{
	struct page page = open_page(TTY_FILE);

	print(&page, EVENT(SYSCALL_RESULT, 3, RINGSIDE_SYS_read, (uint64_t)-14));
	ASSERT_PRINTS(&page, "read(...) = -14 EFAULT\n");
	print(&page, EVENT(SYSCALL_RESULT, 3, 999, 0x7fff00000000));
	ASSERT_PRINTS(&page, "syscall 999 = 0x7fff00000000\n");
	print(&page, EVENT(SIGNAL_KILL, 3, 11, 0x401000));
	ASSERT_PRINTS(&page, "signal=11 SIGSEGV ");
	print(&page, EVENT(EXCEPTION, 3, RINGSIDE_TRAP_UD, 0x401000));
	ASSERT_PRINTS(&page, "#UD invalid opcode ");
	close_page(&page);
}

/* The event with the error code stands in the exception's line, wherever an exit comes between them. */
Test(text, exceptions_tell_error_code_and_address)
{
	struct page page = open_page(TTY_FILE);

	print(&page, EVENT(EXCEPTION, 3, RINGSIDE_TRAP_PF, 0x401000));
	print(&page, make_exit(RINGSIDE_EXIT_IO, 0, KERNEL_TEXT));
	print(&page, EVENT(FAULT, 3, 0x7fffffffeff8, 0x6));
	ASSERT_PRINTS(&page, "#PF page fault, write 0x7fffffffeff8, error 0x6");
	print(&page, EVENT(EXCEPTION, 3, RINGSIDE_TRAP_PF, 0x401000));
	print(&page, EVENT(FAULT, 3, 0x401000, 0x14));
	ASSERT_PRINTS(&page, "#PF page fault, fetch 0x401000, error 0x14 ");
	print(&page, EVENT(EXCEPTION, 3, RINGSIDE_TRAP_GP, 0x401000));
	print(&page, EVENT(FAULT, 3, 0, 0x28));
	ASSERT_PRINTS(&page, "#GP general protection, error 0x28 ");
	print(&page, EVENT(EXCEPTION, 3, RINGSIDE_TRAP_PF, 0x401000)); /* in a trace that lacks the error code */
	print(&page, EVENT(RETURN, 3, 0x401000, 0));
	ASSERT_PRINTS(&page, "#PF page fault  ");
	ASSERT_PRINTS_NOT(&page, "3    fault");
	close_page(&page);
}

Test(text, codes_have_words)
{
	struct page page = open_page(TTY_FILE);

	print(&page, EVENT(SWITCH, 3, 4, RINGSIDE_SWITCH_SLICE));
	ASSERT_PRINTS(&page, "switch          next=4 slice over\n");
	print(&page, EVENT(WAKE, 4, 3, RINGSIDE_WAKE_CHILD));
	ASSERT_PRINTS(&page, "4    wake            by=3 child has changed\n");
	print(&page, EVENT(PAGE, 3, 0x5000, RINGSIDE_PAGE_COPY));
	ASSERT_PRINTS(&page, "page            frame=0x5000 copied on write\n");
	print(&page, EVENT(PAGE, 3, 0x5000, 99));
	ASSERT_PRINTS(&page, "page            frame=0x5000 did=99\n");
	close_page(&page);
}

Test(text, interrupts_of_the_idle_kernel_leave_ring_0)
{
	struct page page = open_page(TTY_FILE);

	print(&page, EVENT(INTERRUPT, 0, RINGSIDE_TRAP_TIMER, KERNEL_TEXT));
	print(&page, EVENT(RETURN, 0, KERNEL_TEXT, 0));
	print(&page, EVENT(RETURN, 3, KERNEL_TEXT, 0));
	ASSERT_PRINTS_NOT(&page, "→");
	ASSERT_PRINTS(&page, "serial_write");
	close_page(&page);
}

Test(text, the_doorbell_is_no_transition)
{
	struct page page = open_page(TTY_FILE);

	print(&page, EVENT(RETURN, 3, 0x401000, 0));
	print(&page, make_io(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 4, 1, RECORD_WRITE));
	print(&page, EVENT(SYSCALL, 3, 1, 0x401000));
	ASSERT_PRINTS(&page, "0    -  IO ");
	ASSERT_PRINTS_NOT(&page, "→0    -  IO ");
	ASSERT_PRINTS(&page, "3→0    3    syscall");
	close_page(&page);
}

Test(text, processes_come_and_go)
{
	struct page page = open_page(TTY_FILE);
	char symbol[64];

	print(&page, EVENT(PROC_LOAD, 3, 0x7000, SIEVE_ARCHIVE));
	print(&page, EVENT(FORK, 3, 4, 0x8000));
	text_symbol(page.printer, 8, 0x401000, symbol, sizeof(symbol));
	cr_assert_str_eq(symbol, "main (sieve)", "a child runs its parent's program");
	print(&page, EVENT(PROC_FREE, 4, 16, 0x8000));
	text_symbol(page.printer, 8, 0x401000, symbol, sizeof(symbol));
	cr_assert_str_empty(symbol);
	print(&page, EVENT(RESTORE, 3, 0, 0x7000));
	text_symbol(page.printer, 7, 0x401001, symbol, sizeof(symbol));
	cr_assert_str_eq(symbol, "main+0x1 (sieve)");
	print(&page, EVENT(RESTORE, 9, 0, 0x7000)); /* the events that made process 9 are missing */
	text_symbol(page.printer, 7, 0x401001, symbol, sizeof(symbol));
	cr_assert_str_empty(symbol);
	text_symbol(page.printer, 7, KERNEL_TEXT + 2, symbol, sizeof(symbol));
	cr_assert_str_eq(symbol, "serial_write+0x2");
	text_symbol(page.printer, 7, KERNEL_TEXT + 2, symbol, 7);
	cr_assert_str_eq(symbol, "serial");
	close_page(&page);
}

/* The child of vfork has its parent's address space, and with it its program, until it executes another. */
Test(text, a_lent_address_space)
{
	struct page page = open_page(TTY_FILE);
	char symbol[64];

	print(&page, EVENT(PROC_LOAD, 3, 0x7000, SIEVE_ARCHIVE));
	print(&page, EVENT(FORK, 3, 4, 0x7000));
	for (unsigned pid = 4; pid >= 3; pid--) {
		print(&page, EVENT(RESTORE, pid, 0, 0x7000));
		text_symbol(page.printer, 7, 0x401000, symbol, sizeof(symbol));
		cr_assert_str_eq(symbol, "main (sieve)");
	}
	close_page(&page);
}

Test(text, user_addresses_without_a_map_stay_numbers)
{
	struct page page = open_page(TTY_FILE);

	print(&page, make_exit(RINGSIDE_EXIT_INTR, 3, 0x100010));
	ASSERT_PRINTS_NOT(&page, "boot");
	print(&page, make_exit(RINGSIDE_EXIT_INTR, 0, 0x100010));
	ASSERT_PRINTS(&page, " boot+0x10                   0x100010\n");
	close_page(&page);
}

Test(text, colour_only_when_asked)
{
	struct page plain = open_page(TTY_FILE), coloured = open_page((struct tty_style){.colour = true});

	for (unsigned i = 0; i < 2; i++) {
		struct page *page = i == 0 ? &plain : &coloured;
		text_header(page->printer);
		print(page, make_io(0x1234, 2, 0xffff, RECORD_UNCLAIMED));
		print(page, EVENT(RETURN, 3, 0x401000, 0));
	}
	ASSERT_PRINTS_NOT(&plain, "\x1b");
	ASSERT_PRINTS(&coloured,
		      "\x1b[1;31munclaimed\x1b[0m                   serial_write"); /* colours do not shift columns */
	ASSERT_PRINTS(&coloured, "\x1b[1;33m0→3\x1b[0m    3    \x1b[36mreturn");
	close_page(&plain);
	close_page(&coloured);
}

/* Prints one exit and one event as a terminal of that width gets them. */
static struct page page_of_width(unsigned width, bool ascii)
{
	struct page page = open_page((struct tty_style){.width = width, .ascii = ascii});

	text_header(page.printer);
	print(&page, make_io(0x1234, 2, 0xffff, RECORD_UNCLAIMED));
	print(&page, EVENT(RETURN, 3, 0x401000, 0));
	return page;
}

/* RIP is left out first, then the place, the times in the guest and in the VMM, the exit, the process. */
Test(text, columns_are_left_out_in_an_order)
{
	static const struct {
		unsigned width;
		const char *titles, *rest;
	} expected[] = {
		{165, "exit time ms guest VMM CPL pid event detail where RIP", NULL},
		{132, "exit time ms guest VMM CPL pid event detail where", "-- 1 column more: "},
		{100, "exit time ms guest VMM CPL pid event detail", "-- 2 columns more: "},
		{80, "exit time ms CPL pid event detail", "-- 4 columns more: "},
		{60, "time ms CPL event detail", "-- 6 columns more: "},
	};

	for (unsigned i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		struct page page = page_of_width(expected[i].width, false);
		text_of(&page);
		char *words = strndup(page.text, strcspn(page.text, "\n")), titles[128] = "";
		for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "))
			if (strcmp(word, "µs") != 0)
				strcat(strcat(titles, titles[0] != '\0' ? " " : ""), word);
		cr_expect_str_eq(titles, expected[i].titles, "at %u columns", expected[i].width);
		free(words);
		text_end(page.printer);
		text_of(&page);
		if (expected[i].rest != NULL)
			cr_expect_neq(strstr(page.text, expected[i].rest), NULL, "%s", page.text);
		else
			cr_expect_eq(strstr(page.text, "--"), NULL, "%s", page.text);
		close_page(&page);
	}
}

Test(text, lines_fit_the_terminal)
{
	for (unsigned width = 20; width < 220; width++) {
		for (unsigned ascii = 0; ascii < 2; ascii++) {
			struct page page = page_of_width(width, ascii != 0);
			const char *line = text_of(&page);
			for (size_t length; *line != '\0'; line += length + 1) {
				length = strcspn(line, "\n");
				cr_expect_leq(utf8_columns(line, length), width, "%.*s", (int)length, line);
			}
			close_page(&page);
		}
	}
}

Test(text, ascii_where_the_locale_has_no_more)
{
	struct page page = page_of_width(0, true);

	ASSERT_PRINTS(&page, "guest us   VMM us");
	ASSERT_PRINTS(&page, "inw 0x1234 -> 0xffff, unclaimed");
	ASSERT_PRINTS(&page, " 0->3    3    return");
	for (const char *byte = page.text; *byte != '\0'; byte++)
		cr_assert_lt((unsigned char)*byte, 0x80, "%s", page.text);
	close_page(&page);
	page = page_of_width(60, true);
	ASSERT_PRINTS(&page, "inw 0x1234 -> 0xfff...\n");
	close_page(&page);
	page = page_of_width(60, false);
	ASSERT_PRINTS(&page, "inw 0x1234 → 0xffff, …\n");
	close_page(&page);
}

Test(text, every_kind_has_a_line)
{
	struct page page = open_page(TTY_FILE);

	for (unsigned kind = 0; kind < 256; kind++) {
		union record record = make_exit((uint8_t)kind, kind & 3, ~UINT64_C(0));
		record.exit.flags = 0xff;
		record.exit.value = record.exit.address = ~UINT64_C(0);
		record.exit.cpl_size = 0xff;
		print(&page, record);
	}
	unsigned lines = 0;
	for (const char *at = text_of(&page); (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	cr_assert_eq(lines, 256);
	close_page(&page);
}

/* ---- system calls: arguments, results, names ---- */

Test(text, calls_have_arguments_and_results)
{
	struct page page = open_page(TTY_FILE);

	CALL(&page, 3, RINGSIDE_SYS_openat, (uint32_t)-100, 0x402000, 0, 0666);
	print(&page, EVENT(SYSCALL_RESULT, 3, RINGSIDE_SYS_openat, (uint64_t)-2));
	ASSERT_PRINTS(&page, "openat(AT_FDCWD, 0x402000, O_RDONLY) = -2 ENOENT\n");
	CALL(&page, 3, RINGSIDE_SYS_mmap, 0, 8192, 3, 0x22, UINT64_MAX, 0);
	print(&page, EVENT(SYSCALL_RESULT, 3, RINGSIDE_SYS_mmap, 0x10000));
	ASSERT_PRINTS(&page, "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x10000\n");
	print(&page, EVENT(SYSCALL, 3, RINGSIDE_SYS_getpid, 0x401000));
	ASSERT_PRINTS(&page, "syscall         getpid() ");
	CALL(&page, 3, RINGSIDE_SYS_exit_group, 7, 0);
	ASSERT_PRINTS(&page, "exit_group(7) = ? ");
	ASSERT_PRINTS_NOT(&page, "arguments");
	close_page(&page);
}

/* Processes make calls while another waits; results come in any order, and a result may never come. */
Test(text, calls_of_processes_are_kept_apart)
{
	struct page page = open_page(TTY_FILE);

	CALL(&page, 3, RINGSIDE_SYS_wait4, UINT64_MAX, 0, 0, 0);
	CALL(&page, 4, RINGSIDE_SYS_close, 5, 0);
	print(&page, EVENT(SYSCALL_RESULT, 4, RINGSIDE_SYS_close, (uint64_t)-9));
	print(&page, EVENT(SYSCALL_RESULT, 3, RINGSIDE_SYS_wait4, 4));
	ASSERT_PRINTS(&page, "3    result          wait4(-1, NULL, 0, NULL) = 4\n");
	ASSERT_PRINTS(&page, "4    result          close(5) = -9 EBADF\n");
	close_page(&page);
}

/* With --transitions=exit every event is followed by the exit of its doorbell. */
Test(text, exits_may_come_between_a_call_and_its_arguments)
{
	struct page page = open_page(TTY_FILE);

	print(&page, EVENT(SYSCALL, 3, RINGSIDE_SYS_write, 0x401020));
	print(&page, make_io(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 4, 0, RECORD_WRITE));
	print(&page, EVENT(ARGUMENTS, 3, 1, 0x4020e0));
	print(&page, make_io(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 4, 0, RECORD_WRITE));
	print(&page, EVENT(ARGUMENTS, 3, 13, 0));
	print(&page, make_io(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 4, 0, RECORD_WRITE));
	ASSERT_PRINTS(&page, "write(1, 0x4020e0, 13) ");
	const char *text = text_of(&page);
	cr_assert_lt(strstr(text, "write(1"), strstr(text, "DOORBELL"), "printed:\n%s", text);
	close_page(&page);
}

Test(text, lost_arguments_are_not_made_up)
{
	struct page page = open_page(TTY_FILE);

	CALL(&page, 3, RINGSIDE_SYS_write, 1, 0x4020e0);
	print(&page, EVENT(RETURN, 3, 0x401000, 0));
	ASSERT_PRINTS(&page, "write(1, 0x4020e0, ...) ");
	close_page(&page);
}

static void assert_call(uint64_t number, const uint64_t *arguments, const char *expected)
{
	struct page page = open_page(TTY_FILE);

	print_call(&page, 3, number, arguments, RINGSIDE_SYSCALL_ARGUMENTS_MAX);
	ASSERT_PRINTS(&page, expected);
	close_page(&page);
}

#define ASSERT_CALL(number, expected, ...)                                                                             \
	assert_call(number, (const uint64_t[RINGSIDE_SYSCALL_ARGUMENTS_MAX]){__VA_ARGS__}, expected " ")

Test(text, numbers_have_names)
{
	ASSERT_CALL(RINGSIDE_SYS_open, "open(0x1000, O_WRONLY|O_CREAT|O_TRUNC, 0644)", 0x1000,
		    O_WRONLY | O_CREAT | O_TRUNC, 0644);
	ASSERT_CALL(RINGSIDE_SYS_open, "open(0x1000, O_RDONLY|O_CLOEXEC)", 0x1000, O_CLOEXEC, 0644);
	ASSERT_CALL(RINGSIDE_SYS_open, "open(0x1000, 0x3|O_SYNC|0x80000000)", 0x1000, 0x80000003 | O_SYNC);
	ASSERT_CALL(RINGSIDE_SYS_mprotect, "mprotect(0x1000, 4096, PROT_NONE)", 0x1000, 4096, 0);
	ASSERT_CALL(RINGSIDE_SYS_mprotect, "mprotect(0x1000, 4096, PROT_READ|PROT_EXEC|0x8)", 0x1000, 4096, 13);
	ASSERT_CALL(RINGSIDE_SYS_kill, "kill(-1, SIGTERM)", UINT64_MAX, SIGTERM);
	ASSERT_CALL(RINGSIDE_SYS_kill, "kill(2, 0)", 2, 0);
	ASSERT_CALL(RINGSIDE_SYS_kill, "kill(2, 999)", 2, 999);
	ASSERT_CALL(RINGSIDE_SYS_lseek, "lseek(3, -8, SEEK_END)", 3, (uint64_t)-8, SEEK_END);
	ASSERT_CALL(RINGSIDE_SYS_lseek, "lseek(3, 0, 0x9)", 3, 0, 9);
	ASSERT_CALL(RINGSIDE_SYS_access, "access(0x1000, F_OK)", 0x1000, F_OK);
	ASSERT_CALL(RINGSIDE_SYS_access, "access(0x1000, R_OK|X_OK)", 0x1000, R_OK | X_OK);
	ASSERT_CALL(RINGSIDE_SYS_clone, "clone(SIGCHLD|CLONE_VM|CLONE_VFORK, NULL, NULL, NULL, NULL)", 0x4111);
	ASSERT_CALL(RINGSIDE_SYS_umask, "umask(022)", 022);
}

Test(text, a_call_that_the_kernel_does_not_have)
{
	ASSERT_CALL(25, "mremap(...)", 0);
	ASSERT_CALL(511, "syscall 511", 0);
	ASSERT_CALL(UINT64_MAX, "syscall 18446744073709551615", 0);
}

/* ---- which lines are printed, and when ---- */

Test(text, filter_and_limit)
{
	struct page page = open_page(TTY_FILE);
	struct error error;
	size_t column;
	struct filter *filter = filter_new("pid==4 && kind==result || vmm>1us", page.symbols, &error, &column);

	text_choose(page.printer, filter_choice(filter));
	text_limit(page.printer, 2);
	CALL(&page, 3, RINGSIDE_SYS_close, 5, 0);
	print(&page, EVENT(SYSCALL_RESULT, 3, RINGSIDE_SYS_close, 0));
	cr_assert_str_eq(text_of(&page), "");
	CALL(&page, 4, RINGSIDE_SYS_close, 6, 0);
	print(&page, EVENT(SYSCALL_RESULT, 4, RINGSIDE_SYS_close, 0));
	ASSERT_PRINTS(&page, "close(6) = 0\n");
	cr_assert_not(text_full(page.printer));
	union record exit = make_exit(RINGSIDE_EXIT_HLT, 0, 0);
	print(&page, exit);
	text_entered(page.printer, exit.exit.tsc + 2000);
	ASSERT_PRINTS(&page, "HLT");
	cr_assert(text_full(page.printer));
	print(&page, EVENT(SYSCALL_RESULT, 4, RINGSIDE_SYS_read, 0));
	ASSERT_PRINTS_NOT(&page, "read");
	filter_free(filter);
	close_page(&page);
}

Test(text, skipped_records_are_learnt_from)
{
	struct page page = open_page(TTY_FILE);
	union record load = EVENT(PROC_LOAD, 3, 0x7000, SIEVE_ARCHIVE),
		     record = make_exit(RINGSIDE_EXIT_INTR, 3, 0x401000);

	text_skip(page.printer, &load);
	text_skip(page.printer, &record);
	record.exit.frame = 7;
	print(&page, record);
	record = EVENT(SYSCALL, 3, 1, 0x401000);
	text_skip(page.printer, &record);
	record = make_exit(RINGSIDE_EXIT_HLT, 0, KERNEL_TEXT);
	text_skip(page.printer, &record);
	print(&page, make_exit(RINGSIDE_EXIT_HLT, 0, KERNEL_TEXT));
	text_sequence(page.printer, 77);
	print(&page, make_exit(RINGSIDE_EXIT_HLT, 0, KERNEL_TEXT));
	/* clang-format off */
	ASSERT_LINES(&page,
		"      2     0.003000     1.00     2.00    3    3  INTR                                                               main (sieve)                0x401000\n"
		"      4     0.008000     1.00        -    0    -  HLT                                                                serial_write                0xffffffff80001000\n"
		"     77     0.010000     1.00        -    0    -  HLT                                                                serial_write                0xffffffff80001000\n");
	/* clang-format on */
	close_page(&page);
}

Test(text, live_lines_appear_at_once)
{
	struct page page = open_page(TTY_FILE);

	print(&page, make_exit(RINGSIDE_EXIT_HLT, 0, KERNEL_TEXT));
	cr_assert_eq(ftell(page.out), 0, "the exit is printed only when the guest is entered again");
	text_entered(page.printer, next_tsc());
	cr_assert_gt(ftell(page.out), 0);
	long before = ftell(page.out);
	print(&page, EVENT(RETURN, 3, 0x401000, 0));
	cr_assert_gt(ftell(page.out), before);
	close_page(&page);
}

Test(text, endless_events_are_not_held_for_ever)
{
	struct page page = open_page(TTY_FILE);
	union record event = EVENT(SAVE, 3, 0, 0);

	print(&page, make_exit(RINGSIDE_EXIT_HLT, 0, KERNEL_TEXT));
	for (unsigned i = 0; i < 100000; i++)
		text_record(page.printer, &event);
	cr_assert_gt(ftell(page.out), 1000000);
	ASSERT_PRINTS(&page, "     1.00        -    0    -  HLT ");
	close_page(&page);
}

Test(text, times_since_the_line_before_and_durations_of_calls)
{
	struct page page = open_page(TTY_FILE);
	const union record records[] = {
		event_at(1000000, RINGSIDE_EVENT_SYSCALL, 2, RINGSIDE_SYS_getpid, 0x401000),
		event_at(3500000, RINGSIDE_EVENT_SYSCALL_RESULT, 2, RINGSIDE_SYS_getpid, 7),
	};

	text_set_times(page.printer, true, true);
	for (unsigned i = 0; i < 2; i++)
		text_record(page.printer, &records[i]);
	text_flush(page.printer);
	const char *text = text_of(&page);
	cr_assert_not_null(strstr(text, " 1.000000 "), "%s", text);
	cr_assert_not_null(strstr(text, " 2.500000 "), "%s", text);
	cr_assert_not_null(strstr(text, "getpid() = 7 <0.002500>"), "%s", text);
	close_page(&page);
}
