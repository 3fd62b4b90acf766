/* SPDX-License-Identifier: MIT */
/* Unit tests of the lines of the text printer: exits, transitions, processes. */
#include "ringside/device.h"
#include "ringside/syscalls.h"
#include "text_page.h"

Test(text, port_io)
{
	struct page page = open_page(false);

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
	struct page page = open_page(false);

	print(&page, make_io(0x3f8 | UINT64_C(16) << 32, 1, '\n', RECORD_WRITE | RECORD_STRING));
	ASSERT_PRINTS(&page, "outsb 0x3f8 ×16 '\\n' 0xa  COM1 THR");
	close_page(&page);
}

Test(text, other_exits)
{
	struct page page = open_page(false);
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
	struct page page = open_page(false);
	union record record = make_exit(RINGSIDE_EXIT_HLT, 0, KERNEL_TEXT);

	record.exit.flags = RECORD_WAITED | RECORD_INJECTED;
	record.exit.vector = RINGSIDE_TRAP_TIMER;
	print(&page, record);
	text_entered(page.printer, record.exit.tsc + 9876543);
	ASSERT_PRINTS(&page, "  9876.54    0    -  HLT               waited 9.9 ms, inject 0x20 timer interrupt ");
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
	struct page page = open_page(false);

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
	struct page page = open_page(false);
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
	struct page page = open_page(false);

	print(&page, EVENT(SYSCALL_RESULT, 3, RINGSIDE_SYS_read, (uint64_t)-14));
	ASSERT_PRINTS(&page, "read(...) = -14 EFAULT\n");
	print(&page, EVENT(SYSCALL_RESULT, 3, 999, 0x7fff00000000));
	ASSERT_PRINTS(&page, "syscall 999 = 0x7fff00000000\n");
	print(&page, EVENT(SIGNAL_KILL, 3, 11, 0x401000));
	ASSERT_PRINTS(&page, "signal=11 SIGSEGV ");
	print(&page, EVENT(EXCEPTION, 3, RINGSIDE_TRAP_GP, 0x401000));
	ASSERT_PRINTS(&page, "#GP general protection ");
	close_page(&page);
}

Test(text, interrupts_of_the_idle_kernel_leave_ring_0)
{
	struct page page = open_page(false);

	print(&page, EVENT(INTERRUPT, 0, RINGSIDE_TRAP_TIMER, KERNEL_TEXT));
	print(&page, EVENT(RETURN, 0, KERNEL_TEXT, 0));
	print(&page, EVENT(RETURN, 3, KERNEL_TEXT, 0));
	ASSERT_PRINTS_NOT(&page, "→");
	ASSERT_PRINTS(&page, "serial_write");
	close_page(&page);
}

Test(text, the_doorbell_is_no_transition)
{
	struct page page = open_page(false);

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
	struct page page = open_page(false);
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

Test(text, user_addresses_without_a_map_stay_numbers)
{
	struct page page = open_page(false);

	print(&page, make_exit(RINGSIDE_EXIT_INTR, 3, 0x100010));
	ASSERT_PRINTS_NOT(&page, "boot");
	print(&page, make_exit(RINGSIDE_EXIT_INTR, 0, 0x100010));
	ASSERT_PRINTS(&page, " boot+0x10                   0x100010\n");
	close_page(&page);
}

Test(text, colour_only_when_asked)
{
	struct page plain = open_page(false), coloured = open_page(true);

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

/* Only the last columns, the place and RIP, may be cut off. */
Test(text, lines_fit_the_terminal)
{
	struct page page = open_page(false);

	text_width(page.printer, 130);
	text_header(page.printer);
	print(&page, make_io(0x1234, 2, 0xffff, RECORD_UNCLAIMED));
	ASSERT_PRINTS(&page, " where\n");
	ASSERT_PRINTS(&page, " inw 0x1234 → 0xffff, unclaimed                   serial_write+\n");
	text_width(page.printer, 80);
	print(&page, make_io(0x1234, 2, 0xffff, RECORD_UNCLAIMED));
	ASSERT_PRINTS(&page, " inw 0x1234 → 0xffff, unclaimed\n");
	close_page(&page);
}

Test(text, every_kind_has_a_line)
{
	struct page page = open_page(false);

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
