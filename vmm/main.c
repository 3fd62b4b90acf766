/* SPDX-License-Identifier: MIT */
/* The front: finds the subcommand and leaves the rest to it. A first word that names none is a guest to run. */
#include <stdio.h>
#include <string.h>

#include "cmd/commands.h"
#include "ringside/device.h"

static const struct subcommand {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *words;
	const char *summary;
} subcommands[] = {
	{"run", cmd_run, "vmm [run] [OPTION...] IMAGE [-- INIT-ARG...]", "boots a guest and shows its exits"},
	{"bench", cmd_bench, "vmm bench [run|compare] [OPTION...]", "measures what each crossing costs"},
	{"trace", cmd_trace, "vmm trace SUBCOMMAND [OPTION...] FILE", "reads a trace that run made"},
	{"doctor", cmd_doctor, "vmm doctor [--json]", "tells what this host offers to run guests"},
};

static void print_usage(FILE *out)
{
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(*subcommands); i++)
		fprintf(out, "%s %-46s %s\n", i == 0 ? "usage:" : "      ", subcommands[i].words,
			subcommands[i].summary);
	fputs("vmm SUBCOMMAND --help tells more.\n", out);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		print_usage(stderr);
		return RINGSIDE_STATUS_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0) {
		print_usage(stdout);
		return RINGSIDE_STATUS_OK;
	}
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(*subcommands); i++) {
		if (strcmp(argv[1], subcommands[i].name) == 0)
			return subcommands[i].run(argc - 1, argv + 1);
	}
	return cmd_run(argc, argv);
}
