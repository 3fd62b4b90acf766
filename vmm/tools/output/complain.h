/* SPDX-License-Identifier: MIT */
/* What tools say on stderr when something is wrong, and the exit status that belongs to it. Called by their commands.
 */
#ifndef VMM_TOOLS_OUTPUT_COMPLAIN_H
#define VMM_TOOLS_OUTPUT_COMPLAIN_H

#include "base/command_line.h"

/* Says `text` on stderr, after what has been printed before. Returns 125. */
int complain(const char *text);

/* Ends a command whose command_line_parse() has not returned 0 but `status`: says what is wrong. Returns the exit
 * status. */
int complain_of_words(const struct command_line *line, int status, const struct error *error);

/* From here on a closed pipe or too large a file is a write that fails, and no signal that ends the program. */
void output_expect_failure(void);

/*
 * Says that `path`, or standard output where `path` means that, could not be written; `failure` is an errno. Returns
 * 125; or 0, having said nothing, when nobody reads standard output any more.
 */
int complain_of_output(const char *path, int failure);

/* Writes out what has been printed. Returns the exit status: 0, or what complain_of_output() returns. */
int output_finish(void);

#endif
