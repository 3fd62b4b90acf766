/* SPDX-License-Identifier: MIT */
/*
 * main() of `vmm`: chooses the subcommand. `run` is part of this executable; every other subcommand is in vmm-tools,
 * an executable in the same directory, because the libraries and code of those subcommands would slow down the start
 * of a guest, which takes about a millisecond.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ringside/device.h"
#include "run/run.h"

#define TOOLS "vmm-tools"

static const struct subcommand {
	const char *name;
	const char *words;
	const char *summary;
} subcommands[] = {
	{"run", "vmm [run] [OPTION...] IMAGE [-- INIT-ARG...]", "boots a guest and shows its exits"},
	{"bench", "vmm bench [run|compare] [OPTION...]", "measures what each crossing costs"},
	{"trace", "vmm trace SUBCOMMAND [OPTION...] FILE", "reads a trace that run made"},
	{"doctor", "vmm doctor [--json]", "tells what this host offers to run guests"},
};

static void print_usage(FILE *out)
{
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(*subcommands); i++)
		fprintf(out, "%s %-46s %s\n", i == 0 ? "usage:" : "      ", subcommands[i].words,
			subcommands[i].summary);
	fputs("vmm SUBCOMMAND --help tells more.\n", out);
}

/* Replaces this process by vmm-tools with the same arguments. Returns an exit status only when exec fails. */
static int run_tools(char **argv)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - sizeof(TOOLS));

	while (length > 0 && path[length - 1] != '/')
		length--;
	if (length > 0) {
		memcpy(path + length, TOOLS, sizeof(TOOLS));
		execv(path, argv);
	}
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
	for (size_t i = 1; i < sizeof(subcommands) / sizeof(*subcommands); i++) {
		if (strcmp(argv[1], subcommands[i].name) == 0)
			return run_tools(argv);
	}
	return cmd_run(argc, argv);
}
