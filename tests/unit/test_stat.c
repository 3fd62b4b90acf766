/* SPDX-License-Identifier: MIT */
/* Unit tests of the sums over records and of their tables. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "records.h"
#include "text/exit_stat.h"

static void add_exit(struct exit_stat *stat, uint8_t kind, uint64_t entry, uint64_t tsc)
{
	union record record = {.exit = {.tsc = tsc, .entry = entry, .kind = kind}};

	stat_record(stat, &record);
}

static void add_event(struct exit_stat *stat, unsigned event)
{
	const union record record = event_at(1, event, 0, 0, 0);

	stat_record(stat, &record);
}

/* Feeds two IO exits handled in 1000 and 3000 ticks, and a HLT whose handling has not ended. */
static void feed(struct exit_stat *stat)
{
	stat_init(stat);
	add_exit(stat, RINGSIDE_EXIT_IO, 1000, 6000);
	add_event(stat, RINGSIDE_EVENT_RETURN);
	add_exit(stat, RINGSIDE_EXIT_IO, 7000, 10000);
	add_exit(stat, RINGSIDE_EXIT_HLT, 13000, 13500);
}

static void print_table(const struct exit_stat *stat, const struct trace_clock *clock, FILE *out)
{
	struct page page;

	page_start(&page, out, TTY_FILE);
	stat_print(stat, clock, &page);
	page_end(&page);
}

static char *text_of(const struct exit_stat *stat,
		     void (*print)(const struct exit_stat *, const struct trace_clock *, FILE *))
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	print(stat, &test_clock, out);
	fclose(out);
	return text;
}

Test(stat, adds_up)
{
	struct exit_stat stat;

	feed(&stat);
	const struct stat_row *io = &stat.exits[RINGSIDE_EXIT_IO], *hlt = &stat.exits[RINGSIDE_EXIT_HLT];
	cr_assert_eq(io->count, 2);
	cr_assert_eq(io->handled, 2);
	cr_assert_eq(io->vmm_ticks, 4000);
	cr_assert_eq(io->vmm_min, 1000);
	cr_assert_eq(io->vmm_max, 3000);
	cr_assert_eq(io->guest_ticks, 8000);
	cr_assert_eq(io->guest_min, 3000);
	cr_assert_eq(io->guest_max, 5000);
	cr_assert_eq(hlt->count, 1);
	cr_assert_eq(hlt->handled, 0, "an exit without a following entry has no handling time");
	cr_assert_eq(stat.events[RINGSIDE_EVENT_RETURN], 1);
}

Test(stat, times_that_run_backwards_count_as_none)
{
	struct exit_stat stat;

	stat_init(&stat);
	add_exit(&stat, RINGSIDE_EXIT_IO, 9000, 5000);
	add_exit(&stat, RINGSIDE_EXIT_IO, 100, 200);
	cr_assert_eq(stat.exits[RINGSIDE_EXIT_IO].guest_ticks, 100);
	cr_assert_eq(stat.exits[RINGSIDE_EXIT_IO].vmm_ticks, 0);
}

Test(stat, strange_kinds_are_passed_over)
{
	struct exit_stat stat;

	stat_init(&stat);
	add_exit(&stat, RINGSIDE_EXIT_LIMIT, 1, 2);
	add_exit(&stat, RECORD_EVENT - 1, 1, 2);
	add_event(&stat, RINGSIDE_EVENT_COUNT);
	cr_assert_eq(stat.open_tsc, 0);
}

Test(stat, table)
{
	struct exit_stat stat;

	feed(&stat);
	char *text = text_of(&stat, print_table);
	/* deviation of {1000, 3000}: 1414; deviation of the mean: 1000, which is 50 % of 2000 */
	cr_assert_not_null(strstr(text, "IO                        2     66.67    100.00       1.00       3.00"
					"       2.00    50.00       4.00\n"),
			   "%s", text);
	cr_assert_not_null(strstr(text, "HLT                       1     33.33      0.00"), "%s", text);
	cr_assert_lt(strstr(text, "IO  "), strstr(text, "HLT "), "most samples first");
	cr_assert_not_null(strstr(text, "total                     3   in the VMM 0.004 ms, in the guest 0.009 ms\n"));
	cr_assert_not_null(strstr(text, "return                    1    100.00"), "%s", text);
	free(text);
}

Test(stat, equal_counts_are_all_listed)
{
	struct exit_stat stat;

	stat_init(&stat);
	add_event(&stat, RINGSIDE_EVENT_SAVE);
	add_event(&stat, RINGSIDE_EVENT_RESTORE);
	add_event(&stat, RINGSIDE_EVENT_FORK);
	char *text = text_of(&stat, print_table);
	cr_assert(strstr(text, "save ") && strstr(text, "restore ") && strstr(text, "fork "), "%s", text);
	free(text);
}

Test(stat, json)
{
	struct exit_stat stat;

	feed(&stat);
	char *text = text_of(&stat, stat_print_json);
	cr_assert_str_eq(
		text, "{\"exits\": [\n"
		      "  {\"name\": \"IO\", \"samples\": 2, \"samples_percent\": 66.6667, \"time_percent\": 100.0000, "
		      "\"vmm_ns\": {\"total\": 4000.0, \"min\": 1000.0, \"max\": 3000.0, \"mean\": 2000.0}, "
		      "\"vmm_mean_error_percent\": 50.0000, "
		      "\"guest_ns\": {\"total\": 8000.0, \"min\": 3000.0, \"max\": 5000.0, \"mean\": 4000.0}},\n"
		      "  {\"name\": \"HLT\", \"samples\": 1, \"samples_percent\": 33.3333, \"time_percent\": 0.0000, "
		      "\"vmm_ns\": {\"total\": 0.0, \"min\": 0.0, \"max\": 0.0, \"mean\": 0.0}, "
		      "\"vmm_mean_error_percent\": null, "
		      "\"guest_ns\": {\"total\": 500.0, \"min\": 500.0, \"max\": 500.0, \"mean\": 500.0}}],\n"
		      " \"events\": [\n"
		      "  {\"name\": \"return\", \"samples\": 1}],\n"
		      " \"total\": {\"exits\": 3, \"events\": 1, \"vmm_ns\": 4000.0, \"guest_ns\": 8500.0}}\n");
	free(text);
}

Test(stat, empty_trace)
{
	struct exit_stat stat;

	stat_init(&stat);
	char *text = text_of(&stat, print_table);
	cr_assert_not_null(strstr(text, "total                     0"));
	cr_assert_null(strstr(text, "nan"));
	free(text);
}
