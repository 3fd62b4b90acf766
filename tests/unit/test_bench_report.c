/* SPDX-License-Identifier: MIT */
/* Unit tests of the output of `vmm bench`: how numbers are printed, and valid output for any environment strings. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "tools/bench/bench_report.h"

enum { ROUNDS = 8 };

static char number[VALUE_TEXT];
static const struct series no_samples;

static struct series make_series(double value)
{
	struct series series = {0};

	for (unsigned round = 0; round < ROUNDS; round++) {
		const double values[] = {value, value + round % 2};
		series_add_round(&series, values, 2);
	}
	return series;
}

static void make_report(struct report *report, const struct series *series)
{
	*report = (struct report){.count = 2, .rounds = ROUNDS, .seed = 1, .tsc_khz = 2000000, .core_mhz.median = 3000};
	report->environment.count = 1;
	report->environment.facts[0] = (struct fact){.name = "cpu", .value = "a <b> & \"c\"\n\033, d"};
	report->results[0] = (struct result){
		.row = &bench_rows[bench_row_find("out-4")],
		.series = series,
		.label = "",
		.raw = series_summarise(series),
		.net = series_estimate(series, NULL, 1),
		.slowdown = {NAN, NAN, NAN, NAN},
	};
	report->results[1] = (struct result){
		.row = &bench_rows[bench_row_find("int80")],
		.series = &no_samples,
		.label = "",
		.failure = "it <never> arrives",
		.raw = series_summarise(&no_samples),
		.net = {NAN, NAN, NAN, NAN},
		.slowdown = {NAN, NAN, NAN, NAN},
	};
	report->tick_cost = (struct estimate){NAN, NAN, NAN, NAN};
}

static char *print(void (*write)(const struct report *report, FILE *out))
{
	static struct report report; /* too large for the stack */
	struct series series = make_series(100);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	make_report(&report, &series);
	write(&report, out);
	fclose(out);
	series_free(&series);
	return text;
}

Test(bench_report, numbers_have_four_digits_or_so)
{
	cr_expect_str_eq(report_number(number, 0.1234), "0.123");
	cr_expect_str_eq(report_number(number, 1.234), "1.23");
	cr_expect_str_eq(report_number(number, 123.44), "123.4");
	cr_expect_str_eq(report_number(number, 123456.7), "123457");
	cr_expect_str_eq(report_number(number, NAN), "-");
}

Test(bench_report, no_difference_is_printed_as_one)
{
	const struct estimate something = {5, 4, 6, 0.5}, nothing = {1, -2, 3, 1}, unknown = {1, NAN, NAN, NAN};

	cr_expect_str_eq(report_value(number, &something, estimate_holds_zero(&something)), "5.00");
	cr_expect_str_eq(report_value(number, &nothing, estimate_holds_zero(&nothing)), "< 3.00");
	cr_expect_str_eq(report_value(number, &unknown, estimate_holds_zero(&unknown)), "unknown");
}

Test(bench_report, no_slowdown_is_printed_as_one)
{
	const struct estimate slower = {1.5, 1.4, 1.6, 0.05}, same = {1.02, 0.99, 1.05, 0.01}, base = {1, 1, 1, 0};

	cr_expect_str_eq(report_slowdown(number, &slower), "1.500");
	cr_expect_str_eq(report_slowdown(number, &same), "< 1.050");
	cr_expect_str_eq(report_slowdown(number, &base), "1.000");
}

Test(bench_report, ticks_and_cycles)
{
	const struct report report = {.tsc_khz = 2000000, .core_mhz.median = 3000};

	cr_expect_float_eq(report_ticks(&report, 10), 20, 1e-9);
	cr_expect_float_eq(report_cycles(&report, 10), 30, 1e-9);
}

Test(bench_report, json_is_json)
{
	json_error_t reason;
	char *text = print(report_json);
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &reason);

	cr_assert_not_null(root, "%s", reason.text);
	const json_t *rows = json_object_get(root, "rows"), *first = json_array_get(rows, 0);
	cr_expect_str_eq(json_string_value(json_object_get(json_object_get(root, "environment"), "cpu")),
			 "a <b> & \"c\"\n\033, d");
	cr_expect_eq(json_array_size(rows), 2);
	cr_expect_eq(json_array_size(json_object_get(first, "rounds")), ROUNDS, "every sample is there");
	cr_expect_eq(json_array_size(json_array_get(json_object_get(first, "rounds"), 0)), 2);
	cr_expect(json_is_null(json_object_get(json_object_get(json_array_get(rows, 1), "value"), "value")));
	json_decref(root);
	free(text);
}

static unsigned count_of(const char *text, size_t length, char wanted)
{
	unsigned count = 0;

	for (size_t i = 0; i < length; i++)
		count += text[i] == wanted;
	return count;
}

Test(bench_report, csv_lines_have_all_fields)
{
	char *text = print(report_csv);
	const unsigned commas = count_of(text, strcspn(text, "\n"), ',');
	unsigned lines = 0;

	for (const char *line = text; *line != '\0'; lines++) {
		const size_t length = strcspn(line, "\n");

		cr_expect_eq(count_of(line, length, ','), commas, "%.*s", (int)length, line);
		line += length + (line[length] == '\n');
	}
	cr_expect_eq(lines, 3);
	free(text);
}

Test(bench_report, page_takes_nothing_for_markup)
{
	char *text = print(report_html);

	cr_expect_eq(strstr(text, "a <b>"), NULL);
	cr_expect_neq(strstr(text, "a &lt;b&gt; &amp;"), NULL);
	cr_expect_neq(strstr(text, "it &lt;never&gt; arrives"), NULL);
	cr_expect_eq(strstr(text, "<script"), NULL);
	cr_expect_eq(strstr(text, "http"), NULL, "nothing is loaded from elsewhere");
	free(text);
}

static void print_page(const struct report *report, FILE *out)
{
	struct page page;

	page_start(&page, out, TTY_FILE);
	report_table(report, &page);
	page_end(&page);
}

Test(bench_report, table_says_why_a_row_is_missing)
{
	char *text = print(print_page);

	cr_expect_neq(strstr(text, "int80 it <never> arrives\n"), NULL, "%s", text);
	cr_expect_neq(strstr(text, "out-4"), NULL);
	cr_expect_neq(strstr(text, "100.0.."), NULL);
	free(text);
}

static unsigned terminal_width;

static void print_terminal(const struct report *report, FILE *out)
{
	struct page page;

	page_start(&page, out, (struct tty_style){.width = terminal_width, .ascii = terminal_width % 2 == 0});
	report_table(report, &page);
	page_end(&page);
}

Test(bench_report, table_fits_the_terminal)
{
	for (terminal_width = 55; terminal_width < 180; terminal_width++) {
		char *text = print(print_terminal), *line = text;
		for (size_t length; *line != '\0'; line += length + 1) {
			length = strcspn(line, "\n");
			cr_expect_leq(utf8_columns(line, length), terminal_width, "%.*s", (int)length, line);
		}
		cr_expect_eq(strstr(text, "column") != NULL, terminal_width < 151, "at %u columns: %s", terminal_width,
			     text);
		free(text);
	}
}
