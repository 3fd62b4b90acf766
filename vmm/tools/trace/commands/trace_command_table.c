/* SPDX-License-Identifier: MIT */
/* `vmm trace`: chooses the subcommand. Called by vmm_tools.c. */
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "ringside/device.h"
#include "tools/trace/commands/trace_command.h"

static const struct row {
	const struct trace_command *command;
	const char *summary;
} rows[] = {
#define ROW(name, summary) {&trace_command_##name, summary},
	TRACE_COMMANDS(ROW)
#undef ROW
};

enum { ROWS = COUNT(rows) };

static void print_usage(FILE *out)
{
	fputs("usage: vmm trace SUBCOMMAND [OPTION...] FILE\n", out);
	for (unsigned i = 0; i < ROWS; i++)
		fprintf(out, "  %-10s %s\n", rows[i].command->name, rows[i].summary);
	fputs("`vmm trace SUBCOMMAND --help` lists the options of each.\n", out);
}

int cmd_trace(int argc, char **argv)
{
	for (unsigned i = 0; i < ROWS && argc > 1; i++)
		if (strcmp(argv[1], rows[i].command->name) == 0)
			return trace_command_run(rows[i].command, argc - 1, argv + 1);
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0)) {
		print_usage(stdout);
		return RINGSIDE_STATUS_OK;
	}
	if (argc > 1)
		fprintf(stderr, "vmm: trace has no subcommand %s\n", argv[1]);
	else
		fprintf(stderr, "vmm: trace needs a subcommand\n");
	print_usage(stderr);
	return RINGSIDE_STATUS_USAGE;
}
