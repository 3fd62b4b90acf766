/* SPDX-License-Identifier: MIT */
/*
 * What a program must know about a terminal before it prints to it. Called by everything that prints or shows progress.
 */
#ifndef VMM_BASE_TTY_H
#define VMM_BASE_TTY_H

#include <stdbool.h>

/* Whether `fd` is a terminal on which a line can be overwritten, as a progress display needs. TERM=dumb is not one. */
bool tty_redraws(int fd);

/* Whether output to `fd` should be coloured: tty_redraws(fd), and NO_COLOR (no-color.org) is unset or empty. */
bool tty_takes_colour(int fd);

/* The terminal's width in columns; 0 when `fd` is not a terminal or the terminal does not tell its width. */
unsigned tty_width(int fd);

#endif
