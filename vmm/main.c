/* SPDX-License-Identifier: MIT */
/*
 * main() of `vmm`: chooses the subcommand. `run` is part of this executable; every other subcommand is in vmm-tools,
 * an executable in the same directory, because the libraries and code of those subcommands would slow down the start
 * of a guest, which takes about a millisecond.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/executable.h"
#include "base/subcommands.h"
#include "ringside/device.h"
#include "run/run.h"

#define TOOLS "vmm-tools"

/* clang-format off */
static const struct subcommand {
	const char *name;
	const char *words;
	const char *summary;
} subcommands[] = {
	{"run", "vmm [run] [OPTION...] IMAGE [-- INIT-ARG...]", "boots a guest and shows its exits"},
#define ROW(name, words, summary) {#name, words, summary},
	TOOLS_SUBCOMMANDS(ROW)
#undef ROW
};
/* clang-format on */

static void print_usage(FILE *out)
{
	for (size_t i = 0; i < COUNT(subcommands); i++)
		fprintf(out, "%s %-46s %s\n", i == 0 ? "usage:" : "      ", subcommands[i].words,
			subcommands[i].summary);
	fputs("vmm SUBCOMMAND --help tells more.\n", out);
}

/* Replaces this process by vmm-tools with the same arguments. Returns an exit status only when exec fails. */
static int run_tools(char **argv)
{
	char path[PATH_MAX];

	if (executable_beside(TOOLS, path) == 0)
		execv(path, argv);
	fprintf(stderr, "vmm: %s needs %s beside vmm: %s; make builds both\n", argv[1], TOOLS, strerror(errno));
	return RINGSIDE_STATUS_REFUSED;
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
	if (strcmp(argv[1], "run") == 0)
		return cmd_run(argc - 1, argv + 1);
	for (size_t i = 1; i < COUNT(subcommands); i++) {
		if (strcmp(argv[1], subcommands[i].name) == 0)
			return run_tools(argv);
	}
	return cmd_run(argc, argv);
}
