/* SPDX-License-Identifier: MIT */
/* What a tool says on stderr when something is wrong, and the exit status for it. Called by the tools' commands. */
#ifndef VMM_TOOLS_OUTPUT_COMPLAIN_H
#define VMM_TOOLS_OUTPUT_COMPLAIN_H

#include "base/command_line.h"

/* Flushes stdout, then says `text` on stderr. Returns 125. */
int complain(const char *text);

/* To be called with what command_line_parse() has returned if that is not 0: says what is wrong. Returns the exit
 * status. */
int complain_of_words(const struct command_line *line, int status, const struct error *error);

#endif
