/* SPDX-License-Identifier: MIT */
/*
 * main() of `vmm`: chooses the subcommand. `run` and `demo` are part of this executable; every other subcommand is in
 * vmm-tools, another executable, because the libraries and code of those subcommands would slow down the start of a
 * guest, which takes about a millisecond.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/executable.h"
#include "base/nearest.h"
#include "base/subcommands.h"
#include "ringside/device.h"
#include "run/run.h"

#define TOOLS "vmm-tools"

/* Replaces this process by vmm-tools with the same words. Returns an exit status only when that fails. */
static int run_tools(int argc, char **argv)
{
	char path[PATH_MAX];
	struct error error;

	(void)argc;
	if (executable_find(TOOLS, path, &error) == 0) {
		execv(path, argv - 1);
		error_set(&error, "cannot execute %s: %s", path, strerror(errno));
	}
	fprintf(stderr, "vmm: %s: %s\n", argv[0], error.text);
	return RINGSIDE_STATUS_REFUSED;
}

static int help(int argc, char **argv);

/* Each is called with the words from its own name on; those of vmm-tools want argv[-1] too. */
static const struct subcommand {
	const char *name, *summary;
	int (*run)(int argc, char **argv);
} subcommands[] = {
#define ROW(name, summary) {#name, summary, cmd_run},
	RUN_SUBCOMMANDS(ROW)
#undef ROW
#define ROW(name, summary) {#name, summary, run_tools},
		TOOLS_SUBCOMMANDS(ROW)
#undef ROW
			{"help", "says what a subcommand does: vmm help trace print", help},
};

static const struct subcommand *find(const char *name)
{
	for (size_t i = 0; i < COUNT(subcommands); i++)
		if (strcmp(name, subcommands[i].name) == 0)
			return &subcommands[i];
	return NULL;
}

/* ---- help ---- */

static const char usage[] = "usage: vmm SUBCOMMAND [OPTION...] [WORD...]\n"
			    "       vmm [run] [OPTION...] IMAGE [-- INIT-ARG...]\n\n";

static const char first_steps[] =
	"vmm boots a small kernel in a virtual machine and shows every exit. To see something at once:\n"
	"  vmm demo                          the demonstration: a kernel, its processes, traps and ticks\n"
	"  vmm demo --trace -- quick         the same in short, every exit and transition as a line\n"
	"  vmm demo --trace=run.trace        recorded, for vmm trace print run.trace, or a page: vmm trace report\n"
	"  vmm IMAGE [-- INIT-ARG...]        a guest of your own\n"
	"  vmm doctor                        whether this host can run guests, and what to do if not\n"
	"  vmm help                          all subcommands\n";

static int print_usage(void)
{
	fputs(usage, stdout);
	for (size_t i = 0; i < COUNT(subcommands); i++)
		printf("  %-8s %s\n", subcommands[i].name, subcommands[i].summary);
	fputs("\nvmm help SUBCOMMAND, or vmm SUBCOMMAND --help, tells more. vmm --version tells the version.\n",
	      stdout);
	if (fflush(stdout) == 0)
		return RINGSIDE_STATUS_OK;
	fprintf(stderr, "vmm: help: cannot write to standard output: %s\n", strerror(errno));
	return RINGSIDE_STATUS_REFUSED;
}

/* The subcommand that may have been meant by a word, in words; "" = none. */
static const char *offer(const char *word, char text[NEAREST_OFFER_SIZE])
{
	struct nearest nearest = nearest_start(word, strlen(word));

	for (size_t i = 0; i < COUNT(subcommands); i++)
		nearest_try(&nearest, subcommands[i].name, strlen(subcommands[i].name));
	return nearest_offer(&nearest, "", text);
}

/* `vmm help [SUBCOMMAND [SUBCOMMAND]]` is `vmm SUBCOMMAND [SUBCOMMAND] --help`. */
static int help(int argc, char **argv)
{
	static char question[] = "--help";
	char text[NEAREST_OFFER_SIZE];

	if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], question) == 0)
		return print_usage();
	const struct subcommand *subcommand = find(argv[1]);
	if (subcommand == NULL) {
		fprintf(stderr, "vmm: help: no subcommand is called %s%s; see vmm help\n", argv[1],
			offer(argv[1], text));
		return RINGSIDE_STATUS_USAGE;
	}
	memmove(argv, argv + 1, (size_t)(argc - 1) * sizeof(*argv));
	argv[argc - 1] = question;
	return subcommand->run(argc, argv);
}

/* ---- main ---- */

/* Whether a word that stands where an image may stand is nothing but a misspelt subcommand. */
static bool is_misspelt(const char *word, char text[NEAREST_OFFER_SIZE])
{
	return word[0] != '-' && strpbrk(word, "/.") == NULL && access(word, F_OK) < 0 && *offer(word, text) != '\0';
}

int main(int argc, char **argv)
{
	char text[NEAREST_OFFER_SIZE];

	if (argc < 2) {
		fputs(first_steps, stderr);
		return RINGSIDE_STATUS_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0)
		return print_usage();
	const struct subcommand *subcommand = find(argv[1]);
	if (subcommand != NULL)
		return subcommand->run(argc - 1, argv + 1);
	if (!is_misspelt(argv[1], text))
		return cmd_run(argc, argv);
	fprintf(stderr, "vmm: no subcommand and no file is called %s%s; see vmm help\n", argv[1], text);
	return RINGSIDE_STATUS_USAGE;
}
