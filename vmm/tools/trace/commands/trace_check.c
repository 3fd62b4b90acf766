/* SPDX-License-Identifier: MIT */
/* `vmm trace check`: whether a trace is consistent with itself. Status 1 when it is not. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/table.h"
#include "ringside/device.h"
#include "tools/output/complain.h"
#include "tools/trace/check/check.h"
#include "tools/trace/commands/trace_command.h"

enum { STATUS_BROKEN = 1, SHOWN = 10 };

struct report {
	const char *file;
	uint64_t said;
	struct page page;
};

static void broken(void *context, uint64_t record, const char *what)
{
	struct report *report = context;

	if (report->said++ < SHOWN)
		page_print(&report->page, 2, "%s: record %" PRIu64 ": %s", report->file, record, what);
}

static int check_records(struct trace_reader *reader, struct check *check, struct report *report)
{
	struct error error;
	union record record;
	int more;

	while ((more = trace_command_next(reader, &record, &error)) > 0)
		check_record(check, &record);
	struct check_counts counts = check_counts(check);
	char absences[64] = "the host did not tell when it took the CPU";

	if (trace_reader_header(reader)->flags & FILE_ABSENCES)
		snprintf(absences, sizeof(absences), "%" PRIu64 " times the VMM was away", counts.absences);
	page_print(&report->page, 2,
		   "%s: %" PRIu64 " exits, %" PRIu64 " events: %" PRIu64 " traps, %" PRIu64 " returns, %" PRIu64
		   " times the CPL and %" PRIu64 " times CR3 compared; %s; %" PRIu64 " contradictions",
		   report->file, counts.exits, counts.events, counts.traps, counts.returns, counts.cpl, counts.cr3,
		   absences, counts.broken);
	if (more < 0)
		return complain(error.text);
	int status = trace_command_finish(reader, report->file);
	return status == RINGSIDE_STATUS_OK && counts.broken > 0 ? STATUS_BROKEN : status;
}

static int run(struct trace_reader *reader, const char *file)
{
	struct report report = {.file = file};

	page_start(&report.page, stdout, tty_style(STDOUT_FILENO));
	struct check *check = check_new(broken, &report);
	int status = check != NULL ? check_records(reader, check, &report) : complain("no memory to check with");

	check_free(check);
	return status;
}

static const struct argp_option options[] = {COMMAND_LINE_QUESTIONS, {0}};

static const struct command_line_row statuses[] = {
	{"0", "it is consistent"}, {"1", "it is not"}, COMMAND_LINE_STATUS_USAGE, {"125", "the trace is refused"}, {0},
};

static const struct command_line_row examples[] = {
	{"vmm trace check run.trace", "count what was checked"},
	{0},
};

const struct trace_command trace_command_check = {
	.line =
		{
			.name = "vmm trace check",
			.options = options,
			.words = "FILE",
			.documentation =
				"Checks that a trace is consistent with itself: time never runs backwards, every trap "
				"has its "
				"return, the CPL of each VM exit is the one the transitions imply, pid and CR3 agree.",
			.statuses = statuses,
			.examples = examples,
		},
	.run = run,
};
