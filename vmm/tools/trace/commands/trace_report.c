/* SPDX-License-Identifier: MIT */
/* `vmm trace report`: writes a trace as a web page. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ringside/device.h"
#include "tools/output/complain.h"
#include "tools/output/output_file.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/report/report.h"

static struct {
	const char *output;
	uint64_t limit; /* records */
} chosen = {.output = "report.html", .limit = REPORT_RECORDS_DEFAULT};

static int take_option(int key, char *value, struct error *error)
{
	if (key == 'o')
		chosen.output = value;
	else
		return command_line_count("-n", value, 1, UINT64_MAX, &chosen.limit, error);
	return 0;
}

static int write_page(void *report, FILE *out, struct error *error)
{
	return report_write(report, out) == 0 ? 0 : error_set(error, "no memory for the report");
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

/*
 * Takes all records. Returns 0, or -1 with a line in *error if the trace is damaged: then the page has what is before.
 * Either is noted on the page.
 */
static int read_all(struct trace_reader *reader, struct report *report, struct error *error)
{
	static char sentence[1100];
	union record record;
	int more;

	while ((more = trace_command_next(reader, &record, error)) > 0)
		report_record(report, &record);
	const char *note = more < 0 ? NULL : trace_reader_note(reader);
	if (note != NULL)
		snprintf(sentence, sizeof(sentence), "This trace %s", note);
	report_note(report, more < 0 ? error->text : note != NULL ? sentence : NULL);
	return more;
}

static int read_and_write(struct trace_reader *reader, struct report *report, const char *file)
{
	struct error error;
	const int damaged = read_all(reader, report, &error);
	int status = output_file_print(chosen.output, file, write_page, report);
	if (status != RINGSIDE_STATUS_OK)
		return status;
	tell_where();
	if (report_left_out(report) > 0)
		fprintf(stderr,
			"vmm: the page shows the first %" PRIu64 " records of %s and leaves out %" PRIu64
			"; --records shows more\n",
			chosen.limit, file, report_left_out(report));
	return damaged < 0 ? complain(error.text) : trace_command_finish(reader, file);
}

static int run(struct trace_reader *reader, const char *file)
{
	struct report *report = report_new(trace_reader_header(reader), trace_reader_symbols(reader),
					   trace_reader_environment(reader), chosen.limit);
	int status = report != NULL ? read_and_write(reader, report, file) : complain("no memory for the report");

	report_free(report);
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
	{0},
};

const struct trace_command trace_command_report = {
	.line =
		{
			.name = "vmm trace report",
			.options = options,
			.words = "FILE",
			.documentation = "Writes a trace as one web page: a timeline to look around in, the protocol's "
					 "tables, latencies.",
			.statuses = trace_command_statuses,
			.examples = examples,
		},
	.option = take_option,
	.run = run,
};
