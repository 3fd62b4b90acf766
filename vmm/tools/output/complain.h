/* SPDX-License-Identifier: MIT */
/* What a tool says on stderr when something is wrong, and the exit status for it. Called by the tools' commands. */
#ifndef VMM_TOOLS_OUTPUT_COMPLAIN_H
#define VMM_TOOLS_OUTPUT_COMPLAIN_H

#include "base/command_line.h"

/* Says `text` on stderr, after what has been printed before. Returns 125. */
int complain(const char *text);

/* Says what is wrong when command_line_parse() has returned `status` and not 0. Returns the exit status. */
int complain_of_words(const struct command_line *line, int status, const struct error *error);

#endif
