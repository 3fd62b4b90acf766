/* SPDX-License-Identifier: MIT */
/* `vmm trace report`: writes a trace, or two, as a web page. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ringside/device.h"
#include "tools/output/complain.h"
#include "tools/output/output_file.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/commands/trace_pair.h"
#include "tools/trace/report/report.h"
#include "tools/trace/report/report_pair.h"

static struct {
	const char *output;
	const char *other; /* the second trace; NULL = there is none */
	uint64_t limit;	   /* records */
} chosen = {.output = "report.html", .limit = REPORT_RECORDS_DEFAULT};

/* A trace that goes on the page. */
struct source {
	struct trace_reader *reader;
	const char *file;
	struct report *report;
	char note[1100]; /* what the reader notes, and some words */
};

static int take_option(int key, char *value, struct error *error)
{
	if (key == 'o')
		chosen.output = value;
	else
		return command_line_count("-n", value, 1, UINT64_MAX, &chosen.limit, error);
	return 0;
}

static int take_other(char *word, struct error *error)
{
	if (chosen.other != NULL)
		return error_set(error, "unexpected word '%s': two traces at most are on one page", word);
	chosen.other = word;
	return 0;
}

static int write_page(void *report, FILE *out, struct error *error)
{
	return report_write(report, out) == 0 ? 0 : error_set(error, "no memory for the report");
}

static int write_pair(void *pair, FILE *out, struct error *error)
{
	return report_pair_write(pair, out) == 0 ? 0 : error_set(error, "no memory for the report");
}

/* Says where the page is, as an address (RFC 8089) that a browser takes from any folder. */
static void tell_where(void)
{
	char path[PATH_MAX];

	if (output_file_is_stdout(chosen.output) || realpath(chosen.output, path) == NULL)
		return;
	printf("%s is the page; open it in a browser: file://", chosen.output);
	for (const char *c = path; *c != '\0'; c++)
		printf(isalnum((unsigned char)*c) || strchr("/-._~", *c) != NULL ? "%c" : "%%%02X", (unsigned char)*c);
	putchar('\n');
}

static int open_report(struct source *source, struct error *error)
{
	source->report = report_new(trace_reader_header(source->reader), trace_reader_symbols(source->reader),
				    trace_reader_environment(source->reader), chosen.limit);
	return source->report != NULL ? 0 : error_set(error, "no memory for the report");
}

/*
 * Takes all records, and gives them to one side of `diff` too, unless it is NULL. Returns 0, or -1 with a line in
 * *error if the trace is damaged: then the report has what is before. Either is noted in it.
 */
static int read_all(struct source *source, struct diff *diff, unsigned side, struct error *error)
{
	union record record;
	int more;

	while ((more = trace_command_next(source->reader, &record, error)) > 0) {
		report_record(source->report, &record);
		if (diff != NULL)
			diff_record(diff, side, &record);
	}
	const char *note = more < 0 ? NULL : trace_reader_note(source->reader);
	if (note != NULL)
		snprintf(source->note, sizeof(source->note), "This trace %s", note);
	report_note(source->report, more < 0 ? error->text : note != NULL ? source->note : NULL);
	return more;
}

static void tell_left_out(const struct source *source)
{
	if (report_left_out(source->report) > 0)
		fprintf(stderr,
			"vmm: the page shows the first %" PRIu64 " records of %s and leaves out %" PRIu64
			"; --records shows more\n",
			chosen.limit, source->file, report_left_out(source->report));
}

static int run_one(struct source *source)
{
	struct error error;

	if (open_report(source, &error) < 0)
		return complain(error.text);
	const int damaged = read_all(source, NULL, 0, &error);
	const int status = output_file_print(chosen.output, source->file, write_page, source->report);
	if (status != RINGSIDE_STATUS_OK)
		return status;
	tell_where();
	tell_left_out(source);
	return damaged < 0 ? complain(error.text) : trace_command_finish(source->reader, source->file);
}

/* ---- two traces ---- */

/* Reads both, and compares. Returns 0, or -1 with a line in *error. */
static int compare(struct source sources[DIFF_SIDES], struct trace_pair *pair, struct diff *diff, struct error *error)
{
	for (unsigned side = 0; side < DIFF_SIDES; side++)
		if (open_report(&sources[side], error) < 0 || read_all(&sources[side], diff, side, error) < 0)
			return -1;
	if (diff_end(diff) < 0)
		return error_set(error, "no memory to compare with");
	return diff_same(diff, DIFF_RECORDS) ? 0 : trace_pair_find(pair, diff, error);
}

static int write_compared(struct source sources[DIFF_SIDES], const struct diff *diff)
{
	struct report_pair page = {.diff = diff};

	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		page.reports[side] = sources[side].report;
		page.files[side] = sources[side].file;
	}
	int status = output_file_print(chosen.output, sources[DIFF_A].file, write_pair, &page);
	if (status != RINGSIDE_STATUS_OK)
		return status;
	tell_where();
	for (unsigned side = 0; side < DIFF_SIDES && status == RINGSIDE_STATUS_OK; side++) {
		tell_left_out(&sources[side]);
		status = trace_command_finish(sources[side].reader, sources[side].file);
	}
	return status;
}

static int run_two(struct source sources[DIFF_SIDES], struct trace_pair *pair)
{
	const struct trace_clock *clocks[DIFF_SIDES];
	const struct symbols *symbols[DIFF_SIDES];
	struct error error;

	if (output_file_check_distinct(chosen.output, pair->files[DIFF_B], &error) < 0 ||
	    trace_pair_open(pair, &error) < 0)
		return complain(error.text);
	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		sources[side].reader = pair->readers[side];
		sources[side].file = pair->files[side];
		clocks[side] = trace_reader_clock(pair->readers[side]);
		symbols[side] = trace_reader_symbols(pair->readers[side]);
	}
	struct diff *diff = diff_new(clocks, symbols);
	if (diff == NULL)
		return complain("no memory to compare with");
	const int status =
		compare(sources, pair, diff, &error) < 0 ? complain(error.text) : write_compared(sources, diff);
	diff_free(diff);
	return status;
}

static int run(struct trace_reader *reader, const char *file)
{
	struct source sources[DIFF_SIDES] = {{.reader = reader, .file = file}};
	struct trace_pair pair = {.files = {file, chosen.other}, .readers = {reader}};
	const int status = chosen.other == NULL ? run_one(sources) : run_two(sources, &pair);

	for (unsigned side = 0; side < DIFF_SIDES; side++)
		report_free(sources[side].report);
	trace_pair_close(&pair);
	return status;
}

/* clang-format off */
static const struct argp_option options[] = {
	{"output", 'o', "FILE", 0, "The page to write (report.html); - is standard output", 0},
	{"records", 'n', "NUMBER", 0, "Show the first NUMBER of records at most (2000000)", 0},
	COMMAND_LINE_QUESTIONS,
	{0},
};
/* clang-format on */

static const struct command_line_row examples[] = {
	{"vmm trace report -o run.html run.trace", "a page to open in a browser"},
	{"vmm trace report direct.trace limited.trace", "two protocols, one timeline above the other"},
	{0},
};

const struct trace_command trace_command_report = {
	.line =
		{
			.name = "vmm trace report",
			.options = options,
			.words = "FILE [OTHER]",
			.documentation = "Writes a trace as one web page: a timeline to look around in, the protocol's "
					 "tables, latencies; or two traces, with what vmm trace diff says of them.",
			.statuses = trace_command_statuses,
			.examples = examples,
		},
	.option = take_option,
	.word = take_other,
	.run = run,
};
