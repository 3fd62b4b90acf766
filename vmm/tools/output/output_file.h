/* SPDX-License-Identifier: MIT */
/*
 * What a subcommand writes to: standard output, or a file that appears under its name when it is complete and not
 * before. Until then it is written beside, and removed again when the command fails or is interrupted.
 */
#ifndef VMM_TOOLS_OUTPUT_OUTPUT_FILE_H
#define VMM_TOOLS_OUTPUT_OUTPUT_FILE_H

#include <limits.h>
#include <stdbool.h>

#include "base/error.h"

#define OUTPUT_FILE_STDOUT "-"

struct output_file {
	const char *path;	  /* as the user gave it */
	int fd;			  /* -1 = none */
	char target[PATH_MAX];	  /* what it becomes */
	char temporary[PATH_MAX]; /* its name until then; "" = it is written directly: a device, a pipe */
};

/* Whether `path` means standard output. */
bool output_file_is_stdout(const char *path);

/* Refuses `input`, the file that is being read. -1 with a line in *error when it cannot be created. */
int output_file_open(struct output_file *output, const char *path, const char *input, struct error *error);

/*
 * Closes it. `complete`: all has been written, it takes its name; else what there is of it is removed. -1 with a line
 * in *error when that was the write that failed.
 */
int output_file_close(struct output_file *output, bool complete, struct error *error);

/* Refuses to write over the file that is being read. */
int output_file_check_distinct(const char *path, const char *input, struct error *error);

#endif
