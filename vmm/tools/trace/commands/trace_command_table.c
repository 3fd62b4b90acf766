/* SPDX-License-Identifier: MIT */
/* `vmm trace`: chooses the subcommand. Each is a file of its own, trace_NAME.c, and a row here. */
#include <stdio.h>
#include <string.h>

#include "ringside/device.h"
#include "tools/commands.h"

/* clang-format off */
static const struct subcommand {
	const char *name;
	const char *help;
	int (*run)(int argc, char **argv);
} subcommands[] = {
	{"print", "a line for every VM exit and every transition", cmd_trace_print},
	{"stat",  "counts and latencies of exits, transitions and processes", cmd_trace_stat},
	{"check", "whether a trace is consistent with itself", cmd_trace_check},
	{"export", "the trace in the format of another tool", cmd_trace_export},
	{"protocol", "the textbook's tables of direct execution, from what happened", cmd_trace_protocol},
	{"report", "a web page to look around in", cmd_trace_report},
	{"compress", "the trace in a tenth of its space, to be read like any other", cmd_trace_compress},
};
/* clang-format on */

enum { SUBCOMMANDS = sizeof(subcommands) / sizeof(subcommands[0]) };

static void print_usage(FILE *out)
{
	fputs("usage: vmm trace SUBCOMMAND [OPTION...] FILE\n", out);
	for (unsigned i = 0; i < SUBCOMMANDS; i++)
		fprintf(out, "  %-10s %s\n", subcommands[i].name, subcommands[i].help);
	fputs("`vmm trace SUBCOMMAND --help` lists the options of each.\n", out);
}

int cmd_trace(int argc, char **argv)
{
	for (unsigned i = 0; i < SUBCOMMANDS && argc > 1; i++)
		if (strcmp(argv[1], subcommands[i].name) == 0)
			return subcommands[i].run(argc - 1, argv + 1);
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
