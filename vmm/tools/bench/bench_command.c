/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/executable.h"
#include "base/nearest.h"
#include "host/kick.h"
#include "ringside/device.h"
#include "tools/bench/bench_compare.h"
#include "tools/bench/bench_report.h"
#include "tools/output/complain.h"
#include "tools/output/output_file.h"

#define SEED_DEFAULT 20
#define SECONDS_MIN 0.1
#define SECONDS_MAX 86400.0
#define DELAY_MAX 1000000 /* ns */
#define MARGIN_DEFAULT 5.0
#define PERCENT_MAX 1e6

enum { STATUS_REGRESSION = 1, SIGNAL_STATUS_BASE = 128 /* as in shells: a signal's number is added */ };

/* ---- the words of `vmm bench` ---- */

enum { OUTPUT_JSON, OUTPUT_CSV, OUTPUT_HTML, OUTPUTS };

static struct {
	struct bench_options options;
	unsigned pattern_count;
	bool is_list;
	const char *outputs[OUTPUTS]; /* paths; NULL = not asked for */
	char vmm[PATH_MAX], bench_image[PATH_MAX], guest_image[PATH_MAX];
} chosen = {.options = {.seed = SEED_DEFAULT}};

static struct session session;

enum { KEY_QUICK = 0x100, KEY_ONLY, KEY_SECONDS, KEY_JSON, KEY_CSV, KEY_HTML, KEY_SEED, KEY_LIST, KEY_DELAY };

static int take_pattern(const char *pattern, struct error *error)
{
	if (chosen.pattern_count == PATTERNS_MAX - 1)
		return error_set(error, "--only %s: --only may be given %d times", pattern, PATTERNS_MAX - 1);
	chosen.options.only[chosen.pattern_count++] = pattern;
	return 0;
}

static int take_option(void *unused, int key, char *value, struct error *error)
{
	(void)unused;
	switch (key) {
	case KEY_QUICK:
		chosen.options.quick = true;
		return 0;
	case KEY_ONLY:
		return take_pattern(value, error);
	case KEY_SECONDS:
		return command_line_number("--seconds", "seconds", value, SECONDS_MIN, SECONDS_MAX,
					   &chosen.options.seconds, error);
	case KEY_SEED:
		return command_line_count("--seed", value, 1, UINT32_MAX, &chosen.options.seed, error);
	case KEY_DELAY:
		return command_line_count("--inject-delay", value, 1, DELAY_MAX, &chosen.options.delay_ns, error);
	case KEY_LIST:
		chosen.is_list = true;
		return 0;
	default:
		chosen.outputs[key == KEY_JSON ? OUTPUT_JSON : key == KEY_CSV ? OUTPUT_CSV : OUTPUT_HTML] = value;
		return 0;
	}
}

static int refuse_word(void *unused, char *word, bool after_dashes, struct error *error)
{
	char offer[NEAREST_OFFER_SIZE];
	struct nearest nearest = nearest_start(word, strlen(word));

	(void)unused, (void)after_dashes;
	nearest_try_choices(&nearest, "run|compare");
	if (nearest.found != NULL)
		return error_set(error, "unexpected word '%s'%s", word, nearest_offer(&nearest, "", offer));
	return error_set(error,
			 "unexpected word '%s': --only=%s chooses rows, and vmm bench compare A.json B.json compares",
			 word, word);
}

static int choose_rows(void *unused, struct error *error)
{
	(void)unused;
	return chosen.is_list ? 0 : session_choose(&session, &chosen.options, error);
}

/* clang-format off */
static const struct argp_option options[] = {
	{"quick", KEY_QUICK, NULL, 0, "20 seconds instead of two minutes, without the slow rows", 0},
	{"only", KEY_ONLY, "PATTERN", 0, "Only rows whose name fits or contains PATTERN, or of that group; may be repeated", 0},
	{"seconds", KEY_SECONDS, "N", 0, "Measure for N seconds", 0},
	{"seed", KEY_SEED, "N", 0, "Order of the rows and draws of the bootstrap; the same seed gives the same ones", 0},
	{"json", KEY_JSON, "FILE", 0, "Save everything, every sample included; - is standard output", 0},
	{"csv", KEY_CSV, "FILE", 0, "Save a line a row", 0},
	{"html", KEY_HTML, "FILE", 0, "Save a page with plots", 0},
	{"list", KEY_LIST, NULL, 0, "Name the rows and say what each measures", 0},
	{"inject-delay", KEY_DELAY, "NS", OPTION_HIDDEN, NULL, 0},
	COMMAND_LINE_QUESTIONS,
	{0},
};
/* clang-format on */

static const struct command_line_row statuses[] = {
	{"0", "measured"},
	COMMAND_LINE_STATUS_USAGE,
	{"125", "the host cannot run guests, or a file cannot be written"},
	{"129-143", "128 and the number of the signal that ended it; what was measured until then is printed"},
	{0},
};

static const struct command_line_row examples[] = {
	{"vmm bench --quick", "the table, in 20 seconds"},
	{"vmm bench --only 'syscall*' --json=a.json", "some rows, saved for compare"},
	{"vmm bench --list", "what can be measured"},
	{0},
};

const struct command_line bench_command_line = {
	.name = "vmm bench",
	.options = options,
	.documentation = "Measures what each crossing between process, kernel and VMM costs on this host.\n"
			 "`vmm bench compare A.json B.json` compares two results.\v"
			 "The images bench.bin and guest.bin are those of this vmm. ^C prints and saves what there is. "
			 "`vmm bench run` is the "
			 "same as `vmm bench`.",
	.statuses = statuses,
	.examples = examples,
	.option = take_option,
	.word = refuse_word,
	.check = choose_rows,
};

static int list(void)
{
	enum { GROUP_WIDTH = 14, NAME_WIDTH = 19 };
	struct layout line;
	struct page page;

	page_start(&page, stdout, tty_style(STDOUT_FILENO));
	for (unsigned i = 0; i < bench_row_count; i++) {
		const struct bench_row *row = &bench_rows[i];
		char words[LAYOUT_SIZE];

		snprintf(words, sizeof(words), "%s%s%s", row->summary, row->minus != NULL ? "; less " : "",
			 row->minus != NULL ? row->minus : "");
		page_begin(&page, &line);
		layout_text(&line, row->group);
		layout_to(&line, GROUP_WIDTH);
		layout_text(&line, row->name);
		page_put_words(&page, &line, GROUP_WIDTH + NAME_WIDTH, words, NULL);
	}
	return output_finish();
}

/* ---- where the results go ---- */

static int find_files(struct error *error)
{
	chosen.options.vmm = chosen.vmm;
	chosen.options.bench_image = chosen.bench_image;
	chosen.options.guest_image = chosen.guest_image;
	if (executable_find("vmm", chosen.vmm, error) < 0 ||
	    executable_find("bench.bin", chosen.bench_image, error) < 0)
		return -1;
	return executable_find("guest.bin", chosen.guest_image, error);
}

/* Refuses a file that cannot be written before minutes of measuring, not after. Pipes and devices are not tried. */
static int check_outputs(struct error *error)
{
	struct output_file file;
	struct stat status;
	struct error ignored;

	for (unsigned i = 0; i < OUTPUTS; i++) {
		const char *path = chosen.outputs[i];

		if (path == NULL || output_file_is_stdout(path) ||
		    (stat(path, &status) == 0 && !S_ISREG(status.st_mode)))
			continue;
		if (output_file_open(&file, path, NULL, error) < 0)
			return -1;
		output_file_close(&file, false, &ignored);
	}
	return 0;
}

static void report_text(const struct report *report, FILE *out)
{
	struct page page;

	page_start(&page, out, tty_style(fileno(out)));
	report_table(report, &page);
	page_end(&page);
}

struct printed {
	void (*print)(const struct report *report, FILE *out);
	const struct report *report;
};

static int print(void *context, FILE *out, struct error *error)
{
	const struct printed *printed = context;

	(void)error;
	printed->print(printed->report, out);
	return 0;
}

/* Writes what was asked for, and the table where nothing else goes to standard output. Returns the exit status. */
static int write_outputs(const struct report *report)
{
	static void (*const printers[OUTPUTS])(const struct report *, FILE *) = {
		[OUTPUT_JSON] = report_json, [OUTPUT_CSV] = report_csv, [OUTPUT_HTML] = report_html};
	bool has_stdout = false;
	int status = RINGSIDE_STATUS_OK;

	output_expect_failure();
	for (unsigned i = 0; i <= OUTPUTS; i++) {
		const char *path = i < OUTPUTS ? chosen.outputs[i] : has_stdout ? NULL : OUTPUT_FILE_STDOUT;
		struct printed printed = {i < OUTPUTS ? printers[i] : report_text, report};

		if (path == NULL)
			continue;
		has_stdout = has_stdout || output_file_is_stdout(path);
		const int result = output_file_print(path, NULL, print, &printed);
		status = status != RINGSIDE_STATUS_OK ? status : result;
	}
	return status;
}

static int measure(void)
{
	static struct report report; /* large */
	struct error error;

	if (find_files(&error) < 0 || check_outputs(&error) < 0)
		return complain(error.text);
	int status = session_run(&session, &error) < 0 ? complain(error.text) : RINGSIDE_STATUS_OK;
	if (session.rounds > 0) {
		report_make(&report, &session);
		const int result = write_outputs(&report);
		status = status != RINGSIDE_STATUS_OK ? status : result;
	}
	if (status == RINGSIDE_STATUS_OK && session.is_interrupted)
		status = SIGNAL_STATUS_BASE + kick_stop_signal();
	session_free(&session);
	return status;
}

/* ---- `vmm bench compare` ---- */

struct compare_words {
	const char *files[2];
	unsigned file_count;
	double margin, limit; /* percent */
};

enum { KEY_FAIL = 0x100, KEY_MARGIN };

static int take_compare_option(void *context, int key, char *value, struct error *error)
{
	struct compare_words *words = context;

	if (key == KEY_FAIL)
		return command_line_number("--fail-on-regression", "percent", value, 0, PERCENT_MAX, &words->limit,
					   error);
	return command_line_number("--margin", "percent", value, 0, PERCENT_MAX, &words->margin, error);
}

static int take_file(void *context, char *word, bool after_dashes, struct error *error)
{
	struct compare_words *words = context;

	(void)after_dashes;
	if (words->file_count == 2)
		return error_set(error, "unexpected word '%s': two files are compared", word);
	words->files[words->file_count++] = word;
	return 0;
}

static int check_files(void *context, struct error *error)
{
	if (((struct compare_words *)context)->file_count == 2)
		return 0;
	return error_set(error, "two files are needed, as vmm bench --json=FILE saves them");
}

/* clang-format off */
static const struct argp_option compare_options[] = {
	{"fail-on-regression", KEY_FAIL, "PERCENT", 0, "Status 1 if a row is certainly worse by more than PERCENT", 0},
	{"margin", KEY_MARGIN, "PERCENT", 0,
	 "Do not judge smaller differences (5): where code and data come to lie differs from run to run, and no number of "
	 "samples shows it", 0},
	COMMAND_LINE_QUESTIONS,
	{0},
};
/* clang-format on */

static const struct command_line_row compare_statuses[] = {
	{"0", "compared"},
	{"1", "there is the regression that --fail-on-regression looks for"},
	COMMAND_LINE_STATUS_USAGE,
	{"125", "a file is no result of vmm bench, or the two have no row in common"},
	{0},
};

static const struct command_line_row compare_examples[] = {
	{"vmm bench compare a.json b.json", "what has changed"},
	{"vmm bench compare --fail-on-regression 10 a.json b.json", "for a script"},
	{0},
};

const struct command_line bench_compare_command_line = {
	.name = "vmm bench compare",
	.options = compare_options,
	.words = "A.json B.json",
	.documentation = "Says of each row that both files have whether B is better, worse, or cannot be told from A.",
	.statuses = compare_statuses,
	.examples = compare_examples,
	.option = take_compare_option,
	.word = take_file,
	.check = check_files,
};

static int compare(int argc, char **argv)
{
	struct compare_words words = {.margin = MARGIN_DEFAULT, .limit = PERCENT_MAX};
	struct comparison comparison;
	struct error error;
	struct page page;
	int status = command_line_parse(&bench_compare_command_line, argc, argv, &words, &error);

	if (status != 0)
		return complain_of_words(&bench_compare_command_line, status, &error);
	output_expect_failure();
	page_start(&page, stdout, tty_style(STDOUT_FILENO));
	if (compare_files(words.files[0], words.files[1], words.margin, &comparison, &page, &error) < 0)
		return complain(error.text);
	page_end(&page);
	status = output_finish();
	return status == RINGSIDE_STATUS_OK && comparison.worst > words.limit ? STATUS_REGRESSION : status;
}

int cmd_bench(int argc, char **argv)
{
	struct error error;

	if (argc > 1 && strcmp(argv[1], "compare") == 0)
		return compare(argc - 1, argv + 1);
	const int skip = argc > 1 && strcmp(argv[1], "run") == 0;
	const int status = command_line_parse(&bench_command_line, argc - skip, argv + skip, NULL, &error);
	if (status != 0)
		return complain_of_words(&bench_command_line, status, &error);
	return chosen.is_list ? list() : measure();
}
