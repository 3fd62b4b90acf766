/* SPDX-License-Identifier: MIT */
/*
 * What a tool writes to: standard output, or a file that appears under its name when it is complete and not before.
 * Until then the file has a temporary name, and is removed when the tool fails or is interrupted.
 */
#ifndef VMM_TOOLS_OUTPUT_OUTPUT_FILE_H
#define VMM_TOOLS_OUTPUT_OUTPUT_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

#define OUTPUT_FILE_STDOUT "-"

struct output_file {
	const char *path;	  /* as the user gave it */
	int fd;			  /* -1 = none */
	char target[PATH_MAX];	  /* the name of the complete file */
	char temporary[PATH_MAX]; /* the name until then; "" = `path`, a device or a pipe, is written directly */
};

/* Whether `path` means standard output. */
bool output_file_is_stdout(const char *path);

/* From here on a closed pipe or too large a file is a write that fails, and no signal that ends the program. */
void output_expect_failure(void);

/*
 * Says that `path`, or standard output where `path` means that, could not be written; `failure` is an errno. Returns
 * 125; or 0, having said nothing, when nobody reads standard output any more.
 */
int complain_of_output(const char *path, int failure);

/* Writes out what has been printed. Returns the exit status: 0, or what complain_of_output() returns. */
int output_finish(void);

/*
 * Opens `path`. Refuses `input`, the file that is being read (NULL = none). -1 with a line in *error when `path` cannot
 * be created.
 */
int output_file_open(struct output_file *output, const char *path, const char *input, struct error *error);

/*
 * Closes the output, but not standard output. A complete file takes its name; one that is not complete is removed, and
 * what stood under its name before stays. -1 with a line in *error when a complete file could not be written in full.
 */
int output_file_close(struct output_file *output, bool complete, struct error *error);

/*
 * The end of a command that wrote to `output`: closes it and says what went wrong. `incomplete` tells why not
 * everything has been written (NULL = everything has been); `failure` is the errno of a failed write, or 0. Returns the
 * exit status.
 */
int output_file_finish(struct output_file *output, const struct error *incomplete, int failure);

/*
 * All of it: opens `path`, has `print` write to it, and closes it. `print` returns 0, or -1 with a line in *error;
 * whether writing failed is found out here. Returns the exit status, and has said what went wrong.
 */
int output_file_print(const char *path, const char *input, int (*print)(void *context, FILE *out, struct error *error),
		      void *context);

/* -1 with a line in *error when `path` is the file `input`, which is being read (NULL = none). */
int output_file_check_distinct(const char *path, const char *input, struct error *error);

/*
 * `path`, a file or a directory, is removed when SIGINT, SIGTERM or SIGHUP ends the program. What was added last is
 * removed first, so a directory is added before the files in it. There is room for 4 of them, beyond which nothing is
 * added. The text must stay where it is until output_unfinished_clear(), after which nothing is removed any more.
 */
void output_unfinished_add(const char *path);
void output_unfinished_clear(void);

/*
 * Between these two SIGINT, SIGTERM and SIGHUP have to wait: while something is made that output_unfinished_add() has
 * yet to be told of, and from when a complete output takes its name until the program ends or opens another output. A
 * command whose output is complete has succeeded.
 */
void output_hold_signals(void);
void output_release_signals(void);

#endif
