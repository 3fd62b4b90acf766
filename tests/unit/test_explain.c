/* SPDX-License-Identifier: MIT */
/* Unit tests of explanations: there is one of everything that has a name, and it tells what followed. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "records.h"
#include "ringside/syscalls.h"
#include "ringside/traps.h"
#include "text/names.h"
#include "tools/trace/explain/explain.h"
#include "tools/trace/explain/explanations.h"

/* What any virtual machine of this kind can meet; the other reasons of KVM are shown by their names. */
static const unsigned exits[] = {
	RINGSIDE_EXIT_UNKNOWN,	    RINGSIDE_EXIT_EXCEPTION,  RINGSIDE_EXIT_IO,	  RINGSIDE_EXIT_HYPERCALL,
	RINGSIDE_EXIT_DEBUG,	    RINGSIDE_EXIT_HLT,	      RINGSIDE_EXIT_MMIO, RINGSIDE_EXIT_IRQ_WINDOW_OPEN,
	RINGSIDE_EXIT_SHUTDOWN,	    RINGSIDE_EXIT_FAIL_ENTRY, RINGSIDE_EXIT_INTR, RINGSIDE_EXIT_INTERNAL_ERROR,
	RINGSIDE_EXIT_SYSTEM_EVENT,
};

Test(explain, every_exit_and_event_has_an_explanation)
{
	for (size_t i = 0; i < COUNT(exits); i++)
		cr_assert_not_null(explanation_of_exit(exits[i]), "%s", exit_name(exits[i]));
	for (unsigned event = 0; event < RINGSIDE_EVENT_COUNT; event++)
		cr_assert_not_null(explanation_of_event(event), "%s", event_name(event));
	cr_assert_null(explanation_of_exit(RINGSIDE_EXIT_LIMIT));
	cr_assert_null(explanation_of_event(RINGSIDE_EVENT_COUNT));
}

/* Explains the first record of each kind. free() the result. */
static char *explain(const union record *records, size_t count)
{
	char *text = NULL, *lines = NULL;
	size_t size, lines_size;
	FILE *out = open_memstream(&text, &size), *line_out = open_memstream(&lines, &lines_size);
	struct text_printer *printer = text_new(line_out, &test_clock, NULL, TTY_FILE);
	struct explainer *explainer = explainer_new((struct text_choice){0}, UINT64_MAX);
	struct page page;

	page_start(&page, out, TTY_FILE);
	text_choose(printer, explainer_choice(explainer));
	for (size_t i = 0; i < count; i++)
		text_record(printer, &records[i]);
	text_flush(printer);
	explainer_take_lines(explainer, lines);
	explainer_print(explainer, "the columns", true, &page);
	text_free(printer);
	explainer_free(explainer);
	fclose(line_out);
	fclose(out);
	free(lines);
	return text;
}

#define EXPECT(text, words) cr_assert_not_null(strstr(text, words), "no '%s' in: %s", words, text)

Test(explain, what_followed_a_system_call)
{
	const union record records[] = {
		event_at(1000, RINGSIDE_EVENT_SYSCALL, 2, RINGSIDE_SYS_getpid, 0x401000),
		exit_at(1100, 1200, 0),
		event_at(2000, RINGSIDE_EVENT_SYSCALL_RESULT, 2, RINGSIDE_SYS_getpid, 7),
		event_at(2100, RINGSIDE_EVENT_RESTORE, 3, 0, 0),
		event_at(3000, RINGSIDE_EVENT_RETURN, 3, 0x401000, 0),
		event_at(11000, RINGSIDE_EVENT_RETURN, 2, 0x401000, 0),
	};
	char *text = explain(records, COUNT(records));

	EXPECT(text, "asks the kernel for getpid()");
	EXPECT(text,
	       "Then     The result is 7. The kernel gave the CPU to process 3. Process 2 was back in ring 3 10.0 µs "
	       "later, after 1 VM exit.");
	EXPECT(text, "Why      The guest's kernel had nothing to run");
	free(text);
}

Test(explain, what_the_vmm_injected)
{
	const union record records[] = {
		{.exit = {.tsc = 1000,
			  .entry = 500,
			  .kind = RINGSIDE_EXIT_IO,
			  .address = 0x3f8,
			  .cpl_size = 1 << RECORD_SIZE_SHIFT,
			  .flags = RECORD_WRITE | RECORD_INJECTED,
			  .vector = RINGSIDE_TRAP_TIMER}},
		exit_at(1700, 2000, 3),
	};
	char *text = explain(records, COUNT(records));

	EXPECT(text, "the register is COM1 THR");
	EXPECT(text, "had the device answer, in 700 ns.");
	EXPECT(text, "it injected 0x20 timer interrupt");
	free(text);
}
