/* SPDX-License-Identifier: MIT */
/*
 * What the subcommands of `vmm trace` share: their command line, the messages and statuses they end with.
 * Status 0; 2 for usage; 125 when the file is refused or the output cannot be written.
 */
#ifndef VMM_TOOLS_TRACE_COMMANDS_TRACE_COMMAND_H
#define VMM_TOOLS_TRACE_COMMANDS_TRACE_COMMAND_H

#include <argp.h>
#include <stdbool.h>

#include "tools/trace/read/trace_reader.h"

/*
 * A subcommand's command line. `apply` takes each option into the subcommand's own `options`: 0; or EINVAL
 * with a complaint, which stands behind the word; or ARGP_ERR_UNKNOWN for keys that are not its own.
 */
struct trace_command {
	const char *name; /* "print" */
	const struct argp_option *options;
	const char *words;	   /* for the usage line: "FILE" */
	const char *documentation; /* as argp takes it: before the options, \v, after them */
	error_t (*apply)(void *options, int key, const char *word, const char **complaint);
};

/* The last rows of every `options`. */
#define TRACE_HELP_OPTION                                                                                              \
	{                                                                                                              \
		"help", TRACE_KEY_HELP, NULL, 0, "Give this help list", -1                                             \
	}
enum { TRACE_KEY_HELP = '?' };

/* Returns -1 when all is well and *file is set; else what was said ends the program with that status. */
int trace_command_parse(const struct trace_command *command, int argc, char **argv, void *options, const char **file);

/* Opens the trace, or says why not and returns NULL. From here on a closed pipe is a failed write, and so is a file too
 * large. */
struct trace_reader *trace_command_open(const char *file);

/* Says `text` on stderr, after what was printed before. Returns the status. */
int trace_command_complain(const char *text);

/* To be asked while errno is that of stdout: says what it means. A reader that left early is no error. */
int trace_command_output_failed(void);

/* The same of what is written to `path`, or to stdout where that means it; `failure` is an errno. */
int trace_command_write_failed(const char *path, int failure);

/* The end of a trace that was read to its end: says what is odd about it, and makes sure of the output. */
int trace_command_finish(const struct trace_reader *reader, const char *file);

#endif
