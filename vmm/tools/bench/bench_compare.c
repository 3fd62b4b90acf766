/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_compare.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/array.h"
#include "base/file_kind.h"
#include "tools/bench/bench_environment.h"
#include "tools/bench/bench_report.h"
#include "tools/bench/bench_stats.h"

#define ERROR_RATE 0.05 /* the probability that a row is judged better or worse when no row has changed */

#define PERCENT_SHOWN 1000.0 /* wider intervals are not printed, because they say nothing */
#define FREQUENCY_SHOWN 5.0  /* percent; the cores of A and B may differ by so much without a warning */
#define PERCENT 100.0

enum { NAME_MAX_SHOWN = 40, ROUNDS_MAX = 1000000, REASON_SIZE = 256, CELL_SIZE = 64 };

/* ---- the judgement ---- */

struct difference compare_values(const struct measured *a, const struct measured *b, unsigned rows, double margin)
{
	struct difference difference = {NAN, NAN, NAN, VERDICT_CANNOT_TELL};
	const double scale = PERCENT / fabs(a->value), spread = hypot(a->error, b->error);
	const unsigned rounds = a->rounds < b->rounds ? a->rounds : b->rounds;

	if (!isfinite(scale) || !isfinite(b->value) || !isfinite(spread) || rounds < 2)
		return difference;
	const double reach = stats_student_quantile(ERROR_RATE / rows / 2, rounds - 1) * spread;
	difference.percent = (b->value - a->value) * scale;
	difference.low = difference.percent - reach * scale;
	difference.high = difference.percent + reach * scale;
	if (difference.low > margin)
		difference.verdict = VERDICT_WORSE;
	else if (difference.high < -margin)
		difference.verdict = VERDICT_BETTER;
	return difference;
}

/* ---- the files ---- */

/* Refuses a file, once for all that it can be: "%s: REASON; a result is what vmm bench --json=FILE saves". */
static void refuse_file(const char *path, struct error *error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void refuse_file(const char *path, struct error *error, const char *format, ...)
{
	char reason[REASON_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	error_set(error, "%s: %s; a result is what vmm bench --json=FILE saves", path, reason);
}

/* Says why a file is not read as JSON, once jansson has given its reason. */
static void refuse_unread(const char *path, const json_error_t *reason, struct error *error)
{
	char start[FILE_KIND_BYTES];
	FILE *file = fopen(path, "re");
	const size_t size = file != NULL ? fread(start, 1, sizeof(start), file) : 0;

	if (file == NULL || ferror(file))
		error_set(error, "cannot read %s: %s", path, strerror(errno));
	else if (strcmp(file_kind(start, size), "JSON") == 0)
		refuse_file(path, error, "damaged JSON, line %d: %s", reason->line, reason->text);
	else
		refuse_file(path, error, "not a result of vmm bench: it is %s", file_kind(start, size));
	if (file != NULL)
		fclose(file);
}

static json_t *read_result(const char *path, struct error *error)
{
	json_error_t reason;
	json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &reason);

	if (root == NULL) {
		refuse_unread(path, &reason, error);
		return NULL;
	}
	const char *format = json_string_value(json_object_get(root, "format"));
	const json_t *version = json_object_get(root, "version");
	if (format == NULL || strcmp(format, BENCH_JSON_FORMAT) != 0)
		refuse_file(path, error, "JSON, but not made by vmm bench");
	else if (json_integer_value(version) != BENCH_JSON_VERSION)
		error_set(error, "%s: version %lld of the format; this vmm reads %d: measure again", path,
			  (long long)json_integer_value(version), BENCH_JSON_VERSION);
	else if (!json_is_array(json_object_get(root, "rows")))
		refuse_file(path, error, "damaged: it has no rows");
	else if (json_array_size(json_object_get(root, "rows")) > BENCH_ROWS_MAX)
		refuse_file(path, error, "damaged: it has %zu rows, and there are at most %d benchmarks",
			    json_array_size(json_object_get(root, "rows")), BENCH_ROWS_MAX);
	else
		return root;
	json_decref(root);
	return NULL;
}

static const json_t *find_row(const json_t *root, const char *name)
{
	const json_t *rows = json_object_get(root, "rows");

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *own = json_string_value(json_object_get(row, "name"));

		if (own != NULL && strcmp(own, name) == 0)
			return row;
	}
	return NULL;
}

static double number_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

/* How many rounds of a row have samples. */
static unsigned rounds_of(const json_t *row)
{
	const json_t *rounds = json_object_get(row, "rounds");
	unsigned count = 0;

	for (size_t i = 0; i < json_array_size(rounds) && count < ROUNDS_MAX; i++)
		count += json_array_size(json_array_get(rounds, i)) > 0;
	return count;
}

static struct measured measured_of(const json_t *row)
{
	const json_t *value = json_object_get(row, "value");

	return (struct measured){number_of(value, "value"), number_of(value, "error"), rounds_of(row)};
}

/* ---- the table ---- */

static const struct table_column columns[] = {
	{"ns", 20, 0, true},	  {"A", 10, 1, false},		{"B", 10, 1, false},
	{"B - A %", 7, 0, false}, {"interval %", 16, 0, false}, {"", 11, 0, true},
};

/* Appends text from a file, which must not control the terminal. */
static void put_foreign(struct layout *line, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		layout_bytes(line, iscntrl((unsigned char)text[i]) ? "?" : &text[i], 1);
}

/* Takes the next item of *list, whose items are separated by ", ", and moves *list behind it. NULL at the end. */
static const char *next_item(const char **list, size_t *length)
{
	const char *item = *list, *end = strstr(item, ", ");

	*length = end != NULL ? (size_t)(end - item) : strlen(item);
	*list = end != NULL ? end + strlen(", ") : item + *length;
	return *item != '\0' ? item : NULL;
}

static bool has_item(const char *list, const char *item, size_t length)
{
	const char *own;
	size_t own_length;

	while ((own = next_item(&list, &own_length)) != NULL)
		if (own_length == length && memcmp(own, item, length) == 0)
			return true;
	return false;
}

/* Appends the items of `list` that are not in `other`. */
static void put_missing(struct layout *line, const char *list, const char *other)
{
	const char *item;
	size_t length;
	bool has_any = false;

	while ((item = next_item(&list, &length)) != NULL) {
		if (has_item(other, item, length))
			continue;
		layout_text(line, has_any ? ", " : "");
		put_foreign(line, item, length);
		has_any = true;
	}
	layout_text(line, has_any ? "" : "nothing");
}

static void warn_of_machines(const json_t *a, const json_t *b, struct page *page)
{
	const json_t *of_a = json_object_get(a, "environment"), *of_b = json_object_get(b, "environment");
	struct layout line;
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)of_a, name, value)
	{
		const char *mine = json_string_value(value), *other = json_string_value(json_object_get(of_b, name));

		if (!environment_is_of_machine(name) || mine == NULL || other == NULL || strcmp(mine, other) == 0)
			continue;
		layout_start(&line, TTY_FILE);
		put_missing(&line, mine, other);
		layout_text(&line, ", B has ");
		put_missing(&line, other, mine);
		page_print(page, 2, "warning: different machines: %s: A has %.*s", name, (int)line.length, line.text);
	}
}

/* The same machine measures differently at another frequency: what takes cycles takes longer on a slower core. */
static void warn_of_frequency(const json_t *a, const json_t *b, struct page *page)
{
	const json_t *of_a = json_object_get(json_object_get(a, "method"), "core_mhz");
	const json_t *of_b = json_object_get(json_object_get(b, "method"), "core_mhz");
	const double mine = number_of(of_a, "median"), other = number_of(of_b, "median");

	if (fabs(mine - other) * PERCENT > FREQUENCY_SHOWN * mine)
		page_print(page, 2, "warning: the core ran at %.0f MHz in A, at %.0f MHz in B", mine, other);
}

static void print_row(const char *name, const struct measured *a, const struct measured *b,
		      const struct difference *difference, const struct table *table)
{
	static const char *const verdicts[] = {
		[VERDICT_CANNOT_TELL] = "cannot tell", [VERDICT_BETTER] = "better", [VERDICT_WORSE] = "worse"};
	char before[VALUE_TEXT], after[VALUE_TEXT], own[NAME_MAX_SHOWN + 1], percent[CELL_SIZE] = "";
	char interval[CELL_SIZE] = "-";
	struct layout line;

	layout_start(&line, TTY_FILE);
	put_foreign(&line, name, strnlen(name, NAME_MAX_SHOWN));
	snprintf(own, sizeof(own), "%.*s", (int)line.length, line.text);
	if (!isnan(difference->percent) && difference->high - difference->low <= 2 * PERCENT_SHOWN) {
		snprintf(interval, sizeof(interval), "%+.1f..%+.1f", difference->low, difference->high);
		if (difference->verdict != VERDICT_CANNOT_TELL)
			snprintf(percent, sizeof(percent), "%+.1f", difference->percent);
	}
	table_row(table, (const char *[]){own, report_number(before, a->value), report_number(after, b->value), percent,
					  interval, verdicts[difference->verdict]});
}

static unsigned count_common(const json_t *a, const json_t *b)
{
	const json_t *rows = json_object_get(a, "rows");
	unsigned count = 0;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const char *name = json_string_value(json_object_get(json_array_get(rows, i), "name"));

		count += name != NULL && find_row(b, name) != NULL;
	}
	return count;
}

static void compare_row(const json_t *row, const json_t *root_b, double margin, struct comparison *comparison,
			const struct table *table)
{
	const char *name = json_string_value(json_object_get(row, "name"));
	const json_t *other = name != NULL ? find_row(root_b, name) : NULL;

	if (other == NULL)
		return;
	const struct measured a = measured_of(row), b = measured_of(other);
	const struct difference difference = compare_values(&a, &b, comparison->rows, margin);
	print_row(name, &a, &b, &difference, table);
	comparison->better += difference.verdict == VERDICT_BETTER;
	comparison->worse += difference.verdict == VERDICT_WORSE;
	if (difference.verdict == VERDICT_WORSE)
		comparison->worst = fmax(comparison->worst, difference.low);
}

static void warn_of_rounds(const json_t *root, const char *which, struct page *page)
{
	const double rounds = number_of(json_object_get(root, "method"), "rounds");

	if (rounds < ROUNDS_ENOUGH)
		page_print(page, 2, "warning: %s has %.0f rounds, from which little can be told", which, rounds);
}

static void compare_roots(const json_t *a, const json_t *b, double margin, struct comparison *comparison,
			  struct page *page)
{
	const json_t *rows = json_object_get(a, "rows");
	const size_t all = json_array_size(rows) + json_array_size(json_object_get(b, "rows"));
	char others[CELL_SIZE] = "";
	struct table table;

	comparison->rows = count_common(a, b);
	comparison->only_in_one = (unsigned)(all - 2 * (size_t)comparison->rows);
	warn_of_machines(a, b, page);
	warn_of_frequency(a, b, page);
	warn_of_rounds(a, "A", page);
	warn_of_rounds(b, "B", page);
	table_start(&table, page, columns, COUNT(columns));
	table_titles(&table);
	for (size_t i = 0; i < json_array_size(rows); i++)
		compare_row(json_array_get(rows, i), b, margin, comparison, &table);
	if (comparison->only_in_one > 0)
		snprintf(others, sizeof(others), "; %u only in one of the files", comparison->only_in_one);
	page_print(page, 2, "%u rows: %u better, %u worse, %u cannot tell%s", comparison->rows, comparison->better,
		   comparison->worse, comparison->rows - comparison->better - comparison->worse, others);
	page_print(page, 1, "(intervals hold together for all rows at 95 %%; differences up to %g %% are not judged)",
		   margin);
}

int compare_files(const char *a, const char *b, double margin, struct comparison *comparison, struct page *page,
		  struct error *error)
{
	*comparison = (struct comparison){0};
	json_t *root_a = read_result(a, error), *root_b = root_a != NULL ? read_result(b, error) : NULL;
	int result = -1;

	if (root_b != NULL) {
		compare_roots(root_a, root_b, margin, comparison, page);
		result =
			comparison->rows > 0
				? 0
				: error_set(error, "%s and %s have no row in common: measure both with the same --only",
					    a, b);
	}
	json_decref(root_a);
	json_decref(root_b);
	return result;
}
