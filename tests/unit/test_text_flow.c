/* SPDX-License-Identifier: MIT */
/* Unit tests of which lines the text printer prints, and when. */
#include "ringside/device.h"
#include "ringside/syscalls.h"
#include "text_page.h"
#include "tools/trace/filter/filter.h"

Test(text_flow, filter_and_limit)
{
	struct page page = open_page(false);
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

Test(text_flow, skipped_records_are_learnt_from)
{
	struct page page = open_page(false);
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

Test(text_flow, live_lines_appear_at_once)
{
	struct page page = open_page(false);

	print(&page, make_exit(RINGSIDE_EXIT_HLT, 0, KERNEL_TEXT));
	cr_assert_eq(ftell(page.out), 0, "the exit is printed only when the guest is entered again");
	text_entered(page.printer, next_tsc());
	cr_assert_gt(ftell(page.out), 0);
	long before = ftell(page.out);
	print(&page, EVENT(RETURN, 3, 0x401000, 0));
	cr_assert_gt(ftell(page.out), before);
	close_page(&page);
}

Test(text_flow, endless_events_are_not_held_for_ever)
{
	struct page page = open_page(false);
	union record event = EVENT(SAVE, 3, 0, 0);

	print(&page, make_exit(RINGSIDE_EXIT_HLT, 0, KERNEL_TEXT));
	for (unsigned i = 0; i < 100000; i++)
		text_record(page.printer, &event);
	cr_assert_gt(ftell(page.out), 1000000);
	ASSERT_PRINTS(&page, "     1.00        -    0    -  HLT ");
	close_page(&page);
}
