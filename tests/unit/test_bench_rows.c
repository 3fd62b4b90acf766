/* SPDX-License-Identifier: MIT */
/* Unit tests of the table of benchmarks, the choice of rows, and the parser of lines that the guest's `measure` prints.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/array.h"
#include "tools/bench/bench_child.h"
#include "tools/bench/bench_session.h"

static struct session session;

Test(bench_rows, names_are_unique_and_found)
{
	cr_assert_leq(bench_row_count, BENCH_ROWS_MAX);
	for (unsigned i = 0; i < bench_row_count; i++)
		cr_expect_eq(bench_row_find(bench_rows[i].name), (int)i, "%s", bench_rows[i].name);
	cr_expect_eq(bench_row_find("no such row"), -1);
}

Test(bench_rows, references_lead_somewhere)
{
	for (unsigned i = 0; i < bench_row_count; i++) {
		const struct bench_row *row = &bench_rows[i];

		cr_expect(row->minus == NULL || bench_row_find(row->minus) >= 0, "%s", row->name);
		cr_expect((row->source == SOURCE_DERIVED) == (row->of != NULL), "%s", row->name);
		cr_expect(row->of == NULL || bench_row_find(row->of) >= 0, "%s", row->name);
		cr_expect_geq(row->per, 1);
	}
}

/* The time of touching a working set of the same size is subtracted from a switch. */
Test(bench_rows, switches_are_less_what_their_processes_touch)
{
	unsigned switches = 0;

	for (unsigned i = 0; i < bench_row_count; i++) {
		const struct bench_row *row = &bench_rows[i];

		if (row->source != SOURCE_GUEST || row->processes < 2)
			continue;
		const struct bench_row *touch = &bench_rows[bench_row_find(row->minus)];
		cr_expect_eq(touch->what, BENCH_TOUCH, "%s", row->name);
		cr_expect_eq(touch->kib, row->kib, "%s", row->name);
		cr_expect_eq(row->per, row->processes, "%s", row->name);
		cr_expect_leq(row->processes, BENCH_PROCESSES_MAX, "%s", row->name);
		cr_expect_leq(row->kib * 1024, BENCH_SET_LARGE, "%s", row->name);
		switches++;
	}
	cr_expect_eq(switches, 2 * 5 * 5);
}

Test(bench_rows, patterns)
{
	const struct bench_row *row = &bench_rows[bench_row_find("out-4")];

	cr_expect(bench_row_matches(row, "out-4"));
	cr_expect(bench_row_matches(row, "out-*"));
	cr_expect(bench_row_matches(row, "out"));
	cr_expect(bench_row_matches(row, "exit to VMM"));
	cr_expect_not(bench_row_matches(row, "in-4"));
}

Test(bench_rows, a_chosen_row_brings_what_it_is_less)
{
	const struct bench_options options = {.only = {"handling"}};
	struct error error;

	cr_assert_eq(session_choose(&session, &options, &error), 0);
	cr_expect(session.rows[bench_row_find("handling")].is_shown);
	cr_expect(session.rows[bench_row_find("out-4")].is_measured);
	cr_expect_not(session.rows[bench_row_find("out-4")].is_shown);
	cr_expect(session.rows[bench_row_find("kvm-run")].is_measured);
	cr_expect(session.rows[bench_row_find("loop-ring0")].is_measured);
	cr_expect_not(session.rows[bench_row_find("host-pipe")].is_measured);
}

Test(bench_rows, a_pattern_that_fits_none_is_refused)
{
	const struct bench_options options = {.only = {"out", "nonsense"}};
	struct error error;

	cr_assert_eq(session_choose(&session, &options, &error), -1);
	cr_expect_neq(strstr(error.text, "nonsense"), NULL);
}

Test(bench_rows, quick_leaves_out_the_slow_rows)
{
	const struct bench_options quick = {.quick = true};
	struct error error;

	cr_assert_eq(session_choose(&session, &quick, &error), 0);
	cr_expect(session.rows[bench_row_find("out-4")].is_measured);
	cr_expect_not(session.rows[bench_row_find("yield-8")].is_measured);
	cr_expect_not(session.rows[bench_row_find("delayed")].is_measured);
}

Test(bench_child, takes_lines_apart)
{
	struct measured_line line;
	double ticks[3];

	cr_assert(measured_line_parse("null 8 100 200\nnext", &line, ticks, 3));
	cr_expect_eq(line.name_length, 4);
	cr_expect_eq(line.count, 8);
	cr_expect_eq(line.tick_count, 2);
	cr_expect_eq(ticks[1], 200);
}

Test(bench_child, refuses_other_lines)
{
	static const char *const others[] = {"",	 "\n",	      "null",	     "null 8",
					     "null 0 5", "null -1 5", "null 8 x",    "null 8 5x",
					     " 8 5",	 "null  8 5", "n 1 2 3 4 5", "measure: no such row"};
	struct measured_line line;
	double ticks[3];

	for (unsigned i = 0; i < COUNT(others); i++)
		cr_expect_not(measured_line_parse(others[i], &line, ticks, 3), "'%s'", others[i]);
}

Test(bench_child, runs_and_takes_the_output)
{
	static char output[CHILD_OUTPUT_MAX];
	static const char *const words[] = {"/bin/sh", "-c", "echo said; exit 3", NULL};
	static const char *const complaining[] = {"/bin/sh", "-c",
						  "echo first >&2; printf 'it is\\033bad\\n\\n' >&2; exit 1", NULL};
	static const char *const slow[] = {"/bin/sleep", "60", NULL};
	static const char *const missing[] = {"/no/such/file", NULL};
	struct error error;

	cr_expect_eq(child_run(words, 10, output, &error), 3);
	cr_expect_str_eq(output, "said\n");
	cr_expect_str_eq(child_complaint(), "");
	cr_expect_eq(child_run(complaining, 10, output, &error), 1);
	cr_expect_str_eq(child_complaint(), ": it is?bad");
	cr_expect_eq(child_run(slow, 1, output, &error), -1);
	cr_expect_eq(child_run(missing, 10, output, &error), -1);
}
