/* SPDX-License-Identifier: MIT */
/* Unit tests of `vmm bench compare`: its verdicts, and files that it refuses. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "tools/bench/bench_compare.h"
#include "tools/bench/bench_report.h"

enum { PATH_SIZE = 64, ROUNDS = 10, PRINTED_SIZE = 4096 };

static void make_file(char path[PATH_SIZE], const char *content)
{
	strcpy(path, "/tmp/bench-test-XXXXXX");
	FILE *file = fdopen(mkstemp(path), "w");
	fputs(content, file);
	fclose(file);
}

static char printed[PRINTED_SIZE];

/* Compares two JSON texts; the output goes to `printed`. */
static int compare_text(const char *a, const char *b, struct comparison *comparison, struct error *error)
{
	char path_a[PATH_SIZE], path_b[PATH_SIZE];
	FILE *out = fmemopen(printed, sizeof(printed), "w");
	struct page page;

	make_file(path_a, a);
	make_file(path_b, b);
	page_start(&page, out, TTY_FILE);
	int result = compare_files(path_a, path_b, 5, comparison, &page, error);
	fclose(out);
	unlink(path_a);
	unlink(path_b);
	return result;
}

/* Returns the JSON of a report with one row, whose samples lie around `median`. */
static char *report_text(double median)
{
	static struct report report;
	struct series series = {0};
	char *text = NULL;
	size_t size;

	for (unsigned round = 0; round < ROUNDS; round++) {
		const double values[] = {median * (1 + 0.001 * (round % 3)), median * (1 + 0.001 * (round % 4))};
		series_add_round(&series, values, 2);
	}
	report = (struct report){.count = 1, .rounds = ROUNDS, .seed = 1, .tsc_khz = 1000000};
	report.results[0] = (struct result){
		.row = &bench_rows[bench_row_find("out-4")],
		.series = &series,
		.label = "a \"label\"\\\n",
		.raw = series_summarise(&series),
		.net = series_estimate(&series, NULL, 1),
	};
	FILE *out = open_memstream(&text, &size);
	report_json(&report, out);
	fclose(out);
	series_free(&series);
	return text;
}

Test(bench_compare, judges)
{
	const struct measured before = {100, 1, 30}, same = {102, 1, 30}, slower = {120, 1, 30}, faster = {80, 1, 30};
	const struct measured vague = {120, 15, 30}, few = {120, 1, 1}, nothing = {0, 1, 30};

	cr_expect_eq(compare_values(&before, &same, 1, 5).verdict, VERDICT_CANNOT_TELL);
	cr_expect_eq(compare_values(&before, &slower, 1, 5).verdict, VERDICT_WORSE);
	cr_expect_eq(compare_values(&before, &faster, 1, 5).verdict, VERDICT_BETTER);
	cr_expect_eq(compare_values(&before, &vague, 1, 5).verdict, VERDICT_CANNOT_TELL);
	cr_expect_eq(compare_values(&before, &few, 1, 5).verdict, VERDICT_CANNOT_TELL,
		     "one round gives no standard error");
	cr_expect_eq(compare_values(&nothing, &slower, 1, 5).verdict, VERDICT_CANNOT_TELL);
	cr_expect_eq(compare_values(&before, &slower, 1, 50).verdict, VERDICT_CANNOT_TELL, "within the margin");
}

Test(bench_compare, more_rows_need_more_certainty)
{
	const struct measured before = {100, 2, 10}, after = {113, 2, 10};

	cr_expect_eq(compare_values(&before, &after, 1, 5).verdict, VERDICT_WORSE);
	cr_expect_eq(compare_values(&before, &after, 100, 5).verdict, VERDICT_CANNOT_TELL);
}

Test(bench_compare, reads_what_report_writes)
{
	struct comparison comparison;
	struct error error;
	char *before = report_text(1000), *after = report_text(1300);

	cr_assert_eq(compare_text(before, before, &comparison, &error), 0);
	cr_expect_eq(comparison.rows, 1);
	cr_expect_eq(comparison.better + comparison.worse, 0);
	cr_assert_eq(compare_text(before, after, &comparison, &error), 0);
	cr_expect_eq(comparison.worse, 1);
	cr_expect(comparison.worst > 25 && comparison.worst < 30);
	cr_assert_eq(compare_text(after, before, &comparison, &error), 0);
	cr_expect_eq(comparison.better, 1);
	free(before);
	free(after);
}

Test(bench_compare, refuses_foreign_files)
{
	static const char *const foreign[] = {
		"",
		"not JSON",
		"[]",
		"{}",
		"{\"format\": \"other\", \"version\": 1, \"rows\": []}",
		"{\"format\": \"ringside-bench\", \"version\": 99, \"rows\": [{\"name\": \"a\"}]}",
		"{\"format\": \"ringside-bench\", \"version\": 1}",
		"{\"format\": \"ringside-bench\", \"version\": 1, \"rows\": []}",
		"{\"format\": \"ringside-bench\", \"version\": 1, \"rows\": [1, {}, {\"name\": 5}]}",
	};
	struct comparison comparison;
	struct error error;

	for (unsigned i = 0; i < COUNT(foreign); i++) {
		error.text[0] = '\0';
		cr_expect_eq(compare_text(foreign[i], foreign[i], &comparison, &error), -1, "case %u", i);
		cr_expect_neq(error.text[0], '\0');
	}
}

Test(bench_compare, odd_values_are_no_judgement)
{
	static const char odd[] = "{\"format\": \"ringside-bench\", \"version\": 1, \"environment\": [], \"rows\": ["
				  "{\"name\": \"a\", \"value\": {\"value\": null, \"error\": \"x\"}, \"rounds\": 7},"
				  "{\"name\": \"b\", \"value\": [], \"rounds\": [[], [], [1]]}]}";
	struct comparison comparison;
	struct error error;

	cr_assert_eq(compare_text(odd, odd, &comparison, &error), 0);
	cr_expect_eq(comparison.rows, 2);
	cr_expect_eq(comparison.better + comparison.worse, 0);
}

#define RESULT(environment)                                                                                            \
	"{\"format\": \"ringside-bench\", \"version\": 1, \"environment\": {" environment "}, \"rows\": ["             \
	"{\"name\": \"\\u001b[31ma\", \"value\": {\"value\": 1, \"error\": 0}, \"rounds\": [[1], [1]]}]}"

Test(bench_compare, names_what_differs_between_machines)
{
	static const char one[] = RESULT("\"cpu\": \"x\", \"date\": \"then\", \"kvm-parameters\": \"a=1, b=2\"");
	static const char two[] = RESULT("\"cpu\": \"x\", \"date\": \"now\", \"kvm-parameters\": \"a=1, b=3\\u0007\"");
	struct comparison comparison;
	struct error error;

	cr_assert_eq(compare_text(one, two, &comparison, &error), 0);
	cr_expect_neq(strstr(printed, "kvm-parameters: A has b=2, B has b=3?\n"), NULL, "%s", printed);
	cr_expect_eq(strstr(printed, "cpu"), NULL, "facts that are the same are not listed");
	cr_expect_eq(strstr(printed, "date"), NULL, "the date is not a fact of the machine");
	cr_assert_eq(compare_text(one, one, &comparison, &error), 0);
	cr_expect_eq(strstr(printed, "warning"), NULL);
}

Test(bench_compare, foreign_names_do_not_steer_the_terminal)
{
	static const char odd[] = RESULT("");
	struct comparison comparison;
	struct error error;

	cr_assert_eq(compare_text(odd, odd, &comparison, &error), 0);
	cr_expect_eq(strchr(printed, '\033'), NULL);
	cr_expect_neq(strstr(printed, "?[31ma"), NULL);
}

Test(bench_compare, warns_of_another_frequency)
{
#define AT(mhz)                                                                                                        \
	"{\"format\": \"ringside-bench\", \"version\": 1, \"method\": {\"core_mhz\": {\"median\": " mhz                \
	"}}, \"rows\": [{\"name\": \"a\"}]}"
	struct comparison comparison;
	struct error error;

	cr_assert_eq(compare_text(AT("3000"), AT("2500"), &comparison, &error), 0);
	cr_expect_neq(strstr(printed, "3000 MHz in A, at 2500 MHz in B"), NULL, "%s", printed);
	cr_assert_eq(compare_text(AT("3000"), AT("2950"), &comparison, &error), 0);
	cr_expect_eq(strstr(printed, "MHz"), NULL);
	cr_assert_eq(compare_text(AT("3000"), AT("null"), &comparison, &error), 0);
	cr_expect_eq(strstr(printed, "MHz"), NULL);
}
