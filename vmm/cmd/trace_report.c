/* SPDX-License-Identifier: MIT */
/* `vmm trace report`: a trace as a web page. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/commands.h"
#include "cmd/options.h"
#include "cmd/trace_command.h"
#include "ringside/device.h"
#include "trace/report.h"

struct report_options {
	const char *output;
	uint64_t limit;
};

static error_t apply(void *input, int key, const char *word, const char **complaint)
{
	struct report_options *options = input;

	switch (key) {
	case 'o':
		options->output = word;
		return 0;
	case 'n':
		if (parse_size(word, &options->limit) == 0 && options->limit > 0)
			return 0;
		*complaint = "not a number of records";
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* clang-format off */
static const struct argp_option options[] = {
	{"output", 'o', "PAGE", 0, "The page to write (report.html); - is standard output", 0},
	{"records", 'n', "NUMBER", 0, "Show the first NUMBER of records at most (2000000)", 0},
	TRACE_HELP_OPTION,
	{0},
};
static const struct trace_command command = {
	"report", options, "FILE",
	"Writes a trace as one web page: a timeline to look around in, the protocol's tables, latencies.", apply,
};
/* clang-format on */

static int output_failed(const char *output)
{
	struct error error;

	if (strcmp(output, "-") == 0)
		return trace_command_output_failed();
	error_set(&error, "cannot write %s: %s", output, strerror(errno));
	return trace_command_complain(error.text);
}

static int write_page(struct report *report, const char *output)
{
	bool standard = strcmp(output, "-") == 0;
	FILE *out = standard ? stdout : fopen(output, "we");

	if (out == NULL)
		return output_failed(output);
	int made = report_write(report, out);
	bool failed = fflush(out) != 0 || ferror(out);
	int status = failed ? output_failed(output) : RINGSIDE_STATUS_OK;
	if (!standard && fclose(out) != 0 && !failed)
		status = output_failed(output);
	return made < 0 ? trace_command_complain("no memory for the report") : status;
}

static int read_and_write(struct trace_reader *reader, struct report *report, const struct report_options *chosen,
			  const char *file)
{
	struct error error;
	union record record;
	int more;

	while ((more = trace_reader_next(reader, &record, &error)) > 0)
		report_record(report, &record);
	int status = write_page(report, chosen->output);
	if (status != RINGSIDE_STATUS_OK)
		return status;
	if (report_left_out(report) > 0)
		fprintf(stderr,
			"vmm: the page shows the first %" PRIu64 " records of %s and leaves out %" PRIu64
			"; --records shows more\n",
			chosen->limit, file, report_left_out(report));
	return more < 0 ? trace_command_complain(error.text) : trace_command_finish(reader, file);
}

int cmd_trace_report(int argc, char **argv)
{
	struct report_options chosen = {.output = "report.html", .limit = REPORT_RECORDS_DEFAULT};
	const char *file;
	int status = trace_command_parse(&command, argc, argv, &chosen, &file);

	if (status >= 0)
		return status;
	struct trace_reader *reader = trace_command_open(file);
	if (reader == NULL)
		return RINGSIDE_STATUS_REFUSED;
	struct report *report = report_new(trace_reader_clock(reader), trace_reader_symbols(reader),
					   trace_reader_environment(reader), chosen.limit);
	status = report != NULL ? read_and_write(reader, report, &chosen, file)
				: trace_command_complain("no memory for the report");
	report_free(report);
	trace_reader_close(reader);
	return status;
}
