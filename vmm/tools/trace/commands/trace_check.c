/* SPDX-License-Identifier: MIT */
/* `vmm trace check`: whether a trace is consistent with itself. Status 1 when it is not. */
#include <inttypes.h>
#include <stdio.h>

#include "ringside/device.h"
#include "tools/commands.h"
#include "tools/output/progress.h"
#include "tools/trace/check/check.h"
#include "tools/trace/commands/trace_command.h"

enum { STATUS_BROKEN = 1, SHOWN = 10 };

/* clang-format off */
static const struct argp_option options[] = {
	TRACE_HELP_OPTION,
	{0},
};
/* clang-format on */

static const struct trace_command command = {
	.name = "check",
	.options = options,
	.words = "FILE",
	.documentation = "Checks that a trace is consistent with itself: time never runs backwards, every trap has its "
			 "return, the CPL of each VM exit is the one the transitions imply, pid and CR3 agree.\v"
			 "Status 0 when it is, 1 when it is not.",
};

struct report {
	const char *file;
	uint64_t said;
};

static void broken(void *context, uint64_t record, const char *what)
{
	struct report *report = context;

	if (report->said++ < SHOWN)
		printf("%s: record %" PRIu64 ": %s\n", report->file, record, what);
}

static int check_file(struct trace_reader *reader, struct check *check, const char *file)
{
	struct error error;
	union record record;
	int more;

	while ((more = progress_next(reader, &record, &error)) > 0)
		check_record(check, &record);
	struct check_counts counts = check_counts(check);
	printf("%s: %" PRIu64 " exits, %" PRIu64 " events: %" PRIu64 " traps, %" PRIu64 " returns, %" PRIu64
	       " times the CPL and %" PRIu64 " times CR3 compared; %" PRIu64 " contradictions\n",
	       file, counts.exits, counts.events, counts.traps, counts.returns, counts.cpl, counts.cr3, counts.broken);
	if (more < 0)
		return trace_command_complain(error.text);
	int status = trace_command_finish(reader, file);
	return status == RINGSIDE_STATUS_OK && counts.broken > 0 ? STATUS_BROKEN : status;
}

int cmd_trace_check(int argc, char **argv)
{
	struct report report = {0};
	int status = trace_command_parse(&command, argc, argv, NULL, &report.file);

	if (status >= 0)
		return status;
	struct trace_reader *reader = trace_command_open(report.file);
	if (reader == NULL)
		return RINGSIDE_STATUS_REFUSED;
	struct check *check = check_new(broken, &report);
	status = check != NULL ? check_file(reader, check, report.file)
			       : trace_command_complain("no memory to check with");
	check_free(check);
	trace_reader_close(reader);
	return status;
}
