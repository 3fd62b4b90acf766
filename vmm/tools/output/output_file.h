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

/* After this call a write to a closed pipe, or beyond the limit of file sizes, fails; no signal ends the program. */
void output_expect_failure(void);

/*
 * Says on stderr that `path`, which may mean standard output, could not be written; `failure` is an errno. Returns 125;
 * or 0, without a message, if the failure is that nobody reads standard output any more.
 */
int complain_of_output(const char *path, int failure);

/* Flushes stdout. Returns the exit status: 0, or what complain_of_output() returns. */
int output_finish(void);

/*
 * Opens `path` for writing. Returns 0; or -1 with a line in *error if `path` cannot be created, or is `input`, the file
 * that is being read (NULL = none).
 */
int output_file_open(struct output_file *output, const char *path, const char *input, struct error *error);

/*
 * Closes the output, unless it is standard output. A complete file takes its name; an incomplete one is removed, and
 * the file that had the name before stays. Returns 0; or -1 with a line in *error if a complete file could not be
 * written.
 */
int output_file_close(struct output_file *output, bool complete, struct error *error);

/*
 * The end of a command that wrote to `output`: closes it and says what went wrong. `incomplete` tells why not
 * everything has been written (NULL = everything has been); `failure` is the errno of a failed write, or 0. Returns the
 * exit status.
 */
int output_file_finish(struct output_file *output, const struct error *incomplete, int failure);

/*
 * Opens `path`, calls `print` to write to it, closes it, and says on stderr what went wrong. `print` returns 0, or -1
 * with a line in *error; it need not check for failed writes. Returns the exit status.
 */
int output_file_print(const char *path, const char *input, int (*print)(void *context, FILE *out, struct error *error),
		      void *context);

/*
 * Returns 0; or -1 with a line in *error if `path`, which may mean standard output, is the file `input`, which is being
 * read (NULL = none).
 */
int output_file_check_distinct(const char *path, const char *input, struct error *error);

/*
 * Has `path`, a file or a directory, removed if SIGINT, SIGTERM or SIGHUP ends the program. The path that was added
 * last is removed first, so a directory is added before the files in it. Only the first 4 paths are kept. The text must
 * stay where it is until output_unfinished_clear(), after which no path is removed any more.
 */
void output_unfinished_add(const char *path);
void output_unfinished_clear(void);

/*
 * Block and unblock SIGINT, SIGTERM and SIGHUP. They are blocked while a file is made that output_unfinished_add() does
 * not know yet; and from the moment a complete output takes its name until the program ends or opens another output,
 * because a command whose output is complete has succeeded.
 */
void output_hold_signals(void);
void output_release_signals(void);

#endif
