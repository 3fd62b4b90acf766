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
#include <stdint.h>

#include "base/error.h"

/* A row of two columns in the help: an exit status and when it is returned; an example and what it does. */
struct command_line_row {
	const char *left, *right;
};

/*
 * A command, and all that its help, its page of the manual and the completion of shells tell about it. Its callbacks
 * store what the user has chosen in `chosen`, an object of the caller. Each callback returns 0; or -1 with a line in
 * *error when the command line is wrong; or another exit status, also with a line in *error.
 */
struct command_line {
	const char *name;		   /* the name in messages: "vmm trace print" */
	const struct argp_option *options; /* the last row before {0} is COMMAND_LINE_QUESTIONS */
	const char *words;		   /* what follows the options in the usage line: "FILE"; NULL = nothing */
	const char *documentation;	   /* of --help: the text before the options, \v, the text after them */
	char *(*describe)(void); /* more of the text after them, to be freed; NULL = nothing, or there is no memory */
	const struct command_line_row *statuses; /* ends with {0} */
	const struct command_line_row *examples; /* ends with {0} */
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

/* What most commands have in their rows of exit statuses. */
#define COMMAND_LINE_STATUS_USAGE                                                                                      \
	{                                                                                                              \
		"2", "wrong usage; nothing was done"                                                                   \
	}

/*
 * The values of options, by one rule: what is no number is wrong usage (-1), and a number that is not allowed is
 * refused (125). Both leave a line in *error, which names `option` and says what may stand there. Otherwise 0.
 * `things` are the unit: "seconds".
 */
int command_line_count(const char *option, const char *value, uint64_t least, uint64_t most, uint64_t *count,
		       struct error *error);
int command_line_number(const char *option, const char *things, const char *value, double least, double most,
			double *number, struct error *error);

/* The same for a size in bytes, as parse_size() reads it. */
int command_line_size(const char *option, const char *value, uint64_t *bytes, struct error *error);

/* The index of `value` in `choices` ("a|b|c"). Returns -1 with a line in *error, which names `option`, when
 * `value` is not among them. */
int command_line_choose(const char *option, const char *choices, const char *value, struct error *error);

/* Makes "a, b or c" of "a|b|c", cut where it does not fit. */
enum { COMMAND_LINE_LIST_SIZE = 200 };
void command_line_list(const char *choices, char list[COMMAND_LINE_LIST_SIZE]);

#endif
