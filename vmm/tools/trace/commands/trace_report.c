/* SPDX-License-Identifier: MIT */
/* `vmm trace report`: a trace as a web page. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/numbers.h"
#include "ringside/device.h"
#include "tools/commands.h"
#include "tools/output/output_file.h"
#include "tools/output/progress.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/report/report.h"

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

static int write_to(struct report *report, struct output_file *output)
{
	FILE *out = output_file_is_stdout(output->path) ? stdout : fdopen(dup(output->fd), "w");
	struct error error;

	if (out == NULL) {
		output_file_close(output, false, &error);
		return trace_command_complain("no memory for the report");
	}
	int made = report_write(report, out), failure = 0;
	if (fflush(out) != 0 || ferror(out))
		failure = errno;
	if (out != stdout && fclose(out) != 0 && failure == 0)
		failure = errno;
	int closed = output_file_close(output, made == 0 && failure == 0, &error);
	if (made < 0)
		return trace_command_complain("no memory for the report");
	if (failure != 0)
		return trace_command_write_failed(output->path, failure);
	return closed < 0 ? trace_command_complain(error.text) : RINGSIDE_STATUS_OK;
}

static int write_page(struct report *report, const char *path, const char *file)
{
	struct output_file output;
	struct error error;

	if (output_file_open(&output, path, file, &error) < 0)
		return trace_command_complain(error.text);
	return write_to(report, &output);
}

static int read_and_write(struct trace_reader *reader, struct report *report, const struct report_options *chosen,
			  const char *file)
{
	struct error error;
	union record record;
	int more;

	while ((more = progress_next(reader, &record, &error)) > 0)
		report_record(report, &record);
	int status = write_page(report, chosen->output, file);
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
