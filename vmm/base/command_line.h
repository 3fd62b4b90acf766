/* SPDX-License-Identifier: MIT */
/*
 * Command lines, parsed by glibc's argp. A command has a table of options and callbacks that take their values;
 * command_line_parse() answers --help, --usage and --version itself, and reports a wrong command line in one line. Used
 * by `vmm run` and every tool.
 */
#ifndef VMM_BASE_COMMAND_LINE_H
#define VMM_BASE_COMMAND_LINE_H

#include <argp.h>
#include <stdbool.h>

#include "base/error.h"

/*
 * A command. Its callbacks store what the user has chosen in `chosen`, an object of the caller. Each callback returns
 * 0; or -1 with a line in *error when the command line is wrong; or another exit status, also with a line in *error.
 */
struct command_line {
	const char *name;		   /* the name in messages: "vmm trace print" */
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

/* command_line_parse() has answered --help, --usage or --version on stdout, and the program should end with 0. */
enum { COMMAND_LINE_ANSWERED = -1 };

/*
 * Parses the words behind argv[0]. Returns 0 or COMMAND_LINE_ANSWERED; or, with a line in *error, the exit status: 2
 * (wrong usage), 125 (no memory, or stdout cannot be written) or the status that a callback has returned.
 */
int command_line_parse(const struct command_line *line, int argc, char **argv, void *chosen, struct error *error);

/* The index of `value` in `choices` ("a|b|c"). Returns -1 with a line in *error, which names `option`, when
 * `value` is not among them. */
int command_line_choose(const char *option, const char *choices, const char *value, struct error *error);

#endif
