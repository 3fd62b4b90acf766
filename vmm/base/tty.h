/* SPDX-License-Identifier: MIT */
/* What there is to know of a terminal before printing to it. */
#ifndef VMM_BASE_TTY_H
#define VMM_BASE_TTY_H

#include <stdbool.h>

/* Whether `fd` is a terminal on which a line can be written again: where progress is shown. Not with TERM=dumb. */
bool terminal_redraws(int fd);

/* Whether what goes to `fd` is to be coloured: it is a terminal that can, and NO_COLOR (no-color.org) is not set. */
bool terminal_takes_colour(int fd);

/* Columns of the terminal; 0 when `fd` is none, or does not know. */
unsigned terminal_width(int fd);

#endif
