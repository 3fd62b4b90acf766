/* SPDX-License-Identifier: MIT */
/* What is being written beside its place, and must not stay behind when a signal ends the program. */
#ifndef VMM_TOOLS_OUTPUT_UNFINISHED_H
#define VMM_TOOLS_OUTPUT_UNFINISHED_H

enum { UNFINISHED_MAX = 4 };

/*
 * `path`, a file or a directory, is removed when SIGINT, SIGTERM or SIGHUP ends the program; what was added last goes
 * first, so add a directory before what is in it. The text must stay where it is until unfinished_clear(). Beyond
 * UNFINISHED_MAX nothing is added.
 */
void unfinished_add(const char *path);

/* Nothing is to be removed any more. */
void unfinished_clear(void);

#endif
