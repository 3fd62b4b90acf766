/* SPDX-License-Identifier: MIT */
/* `vmm trace`: chooses the subcommand. Called by vmm_tools.c. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/nearest.h"
#include "base/version.h"
#include "ringside/device.h"
#include "tools/output/output_file.h"
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

/* The subcommand's own word, behind "vmm trace ". */
static const char *name_of(const struct trace_command *command)
{
	return command->line.name + strlen("vmm trace ");
}

static int print_usage(void)
{
	fputs("usage: vmm trace SUBCOMMAND [OPTION...] FILE\n", stdout);
	for (unsigned i = 0; i < ROWS; i++)
		printf("  %-10s %s\n", name_of(rows[i].command), rows[i].summary);
	fputs("vmm trace SUBCOMMAND --help lists the options of each.\n", stdout);
	return output_finish();
}

static int refuse(const char *word)
{
	char offer[NEAREST_OFFER_SIZE];
	struct nearest nearest = nearest_start(word, strlen(word));

	for (unsigned i = 0; i < ROWS; i++)
		nearest_try(&nearest, name_of(rows[i].command), strlen(name_of(rows[i].command)));
	if (access(word, F_OK) == 0)
		fprintf(stderr, "vmm: trace needs a subcommand before %s, such as print; see vmm trace --help\n", word);
	else
		fprintf(stderr, "vmm: trace has no subcommand %s%s; see vmm trace --help\n", word,
			nearest_offer(&nearest, "", offer));
	return RINGSIDE_STATUS_USAGE;
}

int cmd_trace(int argc, char **argv)
{
	if (argc < 2) {
		fputs("vmm: trace needs a subcommand: vmm trace print FILE, for example; see vmm trace --help\n",
		      stderr);
		return RINGSIDE_STATUS_USAGE;
	}
	for (unsigned i = 0; i < ROWS; i++)
		if (strcmp(argv[1], name_of(rows[i].command)) == 0)
			return trace_command_run(rows[i].command, argc - 1, argv + 1);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0)
		return print_usage();
	if (strcmp(argv[1], "--version") == 0) {
		puts(vmm_version);
		return output_finish();
	}
	return refuse(argv[1]);
}
