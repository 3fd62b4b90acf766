/* SPDX-License-Identifier: MIT */
/* `vmm trace print`: a trace as text, one line a record. */
#include "cmd/commands.h"
#include "cmd/trace_command.h"
#include "ringside/device.h"
#include "trace/text.h"

/* clang-format off */
static const struct argp_option options[] = {
	TRACE_HELP_OPTION,
	{0},
};
static const struct trace_command command = {
	"print", options, "FILE", "Prints a trace: one line for every VM exit and every transition.", NULL,
};
/* clang-format on */

static int print_records(struct trace_reader *reader, struct text_printer *printer, const char *file)
{
	struct error error;
	union record record;
	int more;

	text_header(printer);
	while ((more = trace_reader_next(reader, &record, &error)) > 0) {
		text_record(printer, &record);
		if (ferror(stdout))
			return trace_command_output_failed();
	}
	text_flush(printer);
	if (ferror(stdout))
		return trace_command_output_failed();
	return more < 0 ? trace_command_complain(error.text) : trace_command_finish(reader, file);
}

static int print(struct trace_reader *reader, const char *file)
{
	struct text_printer *printer =
		text_new(stdout, trace_reader_clock(reader), trace_reader_symbols(reader), trace_command_colour());

	if (printer == NULL)
		return trace_command_complain("no memory to print with");
	int status = print_records(reader, printer, file);
	text_free(printer);
	return status;
}

int cmd_trace_print(int argc, char **argv)
{
	const char *file;
	int status = trace_command_parse(&command, argc, argv, NULL, &file);

	if (status >= 0)
		return status;
	struct trace_reader *reader = trace_command_open(file);
	if (reader == NULL)
		return RINGSIDE_STATUS_REFUSED;
	status = print(reader, file);
	trace_reader_close(reader);
	return status;
}
