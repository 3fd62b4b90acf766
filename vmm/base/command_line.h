/* SPDX-License-Identifier: MIT */
/*
 * Command lines, parsed by glibc's argp: a command states its options in a table and takes them by callbacks; this
 * piece answers --help, --usage and --version, and says in one line what is wrong. Used by `vmm run` and every tool.
 */
#ifndef VMM_BASE_COMMAND_LINE_H
#define VMM_BASE_COMMAND_LINE_H

#include <argp.h>
#include <stdbool.h>

#include "base/error.h"

/*
 * The callbacks take what the user gave into `chosen`, which is the caller's. Each returns 0; or -1 with a line in
 * *error when the command line is wrong; or, also with a line, another status for the program to end with.
 */
struct command_line {
	const char *name;		   /* how the command is called: "vmm trace print" */
	const struct argp_option *options; /* the last row before {0} is COMMAND_LINE_QUESTIONS */
	const char *words;		   /* what follows the options in the usage line: "FILE"; NULL = nothing */
	const char *documentation;	   /* of --help: the text before the options, \v, the text after them */
	int (*option)(void *chosen, int key, char *value, struct error *error);
	int (*word)(void *chosen, char *word, bool after_dashes, struct error *error); /* NULL = takes no words */
	int (*check)(void *chosen, struct error *error); /* after the last word; NULL = nothing to check */
};

enum { KEY_HELP = '?', KEY_USAGE = 0x1000, KEY_VERSION };

/* clang-format off */
#define COMMAND_LINE_QUESTIONS \
	{"help", KEY_HELP, NULL, 0, "Give this help list", -1}, \
	{"usage", KEY_USAGE, NULL, 0, "Give a short usage message", -1}, \
	{"version", KEY_VERSION, NULL, 0, "Print program version", -1}
/* clang-format on */

/* What command_line_parse() returns when a question has been answered on stdout and the program should end with 0. */
enum { COMMAND_LINE_ANSWERED = -1 };

/*
 * Parses the words behind argv[0]. Returns 0 or COMMAND_LINE_ANSWERED; or the status to end with, 2 (wrong usage) or
 * 125 or what a callback has returned, with the line in *error.
 */
int command_line_parse(const struct command_line *line, int argc, char **argv, void *chosen, struct error *error);

/* The index of `value` in `choices` ("a|b|c"); -1 with a line in *error, which names `option`, when it is none. */
int command_line_choose(const char *option, const char *choices, const char *value, struct error *error);

#endif
