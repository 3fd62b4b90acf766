/* SPDX-License-Identifier: MIT */
/*
 * What the subcommands of `vmm trace` share: their command line, opening and reading the trace, their endings. Each
 * subcommand is one file trace_NAME.c and one row of TRACE_COMMANDS. Exit status: 0; 2 for wrong usage; 125 when the
 * trace is refused or the output cannot be written.
 */
#ifndef VMM_TOOLS_TRACE_COMMANDS_TRACE_COMMAND_H
#define VMM_TOOLS_TRACE_COMMANDS_TRACE_COMMAND_H

#include "base/command_line.h"
#include "tools/trace/filter/filter.h"
#include "tools/trace/read/trace_reader.h"

/* X(NAME, what it does) */
/* clang-format off */
#define TRACE_COMMANDS(X) \
	X(print,    "a line for every VM exit and every transition") \
	X(stat,     "counts and latencies of exits, transitions and processes") \
	X(explain,  "why an exit or a transition came, and what followed, in sentences") \
	X(diff,     "what two runs have in common, and where they part") \
	X(check,    "whether a trace is consistent with itself") \
	X(export,   "the trace in the format of another tool") \
	X(protocol, "the textbook's tables of direct execution, from what happened") \
	X(report,   "a web page to look around in") \
	X(flame,    "a flame graph of where the guest was at its VM exits") \
	X(compress, "the trace in a tenth of its space, to be read like any other")
/* clang-format on */

/* The callbacks that can fail return 0, or -1 with a line in *error. Those that a subcommand does not need are NULL. */
struct trace_command {
	struct command_line line; /* but for its callbacks: those below are called */
	int (*option)(int key, char *value, struct error *error);
	int (*word)(char *word, struct error *error);	    /* a word behind FILE; NULL = there is none */
	int (*check)(struct error *error);		    /* after the last word */
	int (*hand_over)(char **argv, struct error *error); /* before the trace is opened: may become another program */
	int (*run)(struct trace_reader *reader, const char *file); /* returns the exit status */
};

#define TRACE_COMMAND_DECLARE(name, ...) extern const struct trace_command trace_command_##name;
TRACE_COMMANDS(TRACE_COMMAND_DECLARE)
#undef TRACE_COMMAND_DECLARE

/* The exit statuses of a subcommand that has no other ones. */
extern const struct command_line_row trace_command_statuses[];

/* `vmm trace`, argv[0]: chooses the subcommand and runs it (trace_command_table.c). Returns the exit status. */
int cmd_trace(int argc, char **argv);

/* Parses the words behind argv[0], opens the trace and runs the subcommand. Returns the exit status. */
int trace_command_run(const struct trace_command *command, int argc, char **argv);

/* trace_reader_next() and trace_reader_batch() with a line of progress from the first record to the last. */
int trace_command_next(struct trace_reader *reader, union record *record, struct error *error);
int trace_command_batch(struct trace_reader *reader, const union record **records, struct error *error);

/* Shows how much of the trace has been read, now and then. */
void trace_command_progress(const struct trace_reader *reader, uint64_t records);

/*
 * Compiles what was given to --filter; NULL = no filter. Says what is wrong in one line, and shows in two more where.
 * Returns the exit status.
 */
int trace_command_filter(const struct trace_command *command, const char *expression, const struct trace_reader *reader,
			 struct filter **filter);

/*
 * The end of a command that has read `file` to its end: writes out what was printed, and says what is odd about the
 * trace. Returns the exit status.
 */
int trace_command_finish(const struct trace_reader *reader, const char *file);

#endif
