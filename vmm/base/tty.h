/* SPDX-License-Identifier: MIT */
/*
 * What may be printed to a file descriptor: which characters, how many columns, colours. Asked once by everything that
 * prints text for people or shows progress, and handed down to what lays the text out (base/layout.h, base/table.h).
 */
#ifndef VMM_BASE_TTY_H
#define VMM_BASE_TTY_H

#include <stdbool.h>

struct tty_style {
	unsigned width; /* columns of the terminal; 0 = no terminal, or one that does not tell: nothing is cut */
	bool colour;	/* whether escape sequences for colour may be printed */
	bool ascii;	/* whether characters beyond ASCII must be replaced (base/glyphs.h) */
};

/* The style of files that other programs read: UTF-8, every column, no colour. */
#define TTY_FILE ((struct tty_style){0})

/*
 * The style of text that people read from `fd`, a terminal or not. Colour is for terminals, unless TERM is unset or
 * "dumb" or NO_COLOR (no-color.org) is set and not empty.
 */
struct tty_style tty_style(int fd);

/* Whether the user's locale has UTF-8. */
bool tty_takes_utf8(void);

/* Whether `fd` is a terminal on which a line can be overwritten, as a progress display needs. TERM=dumb is not one. */
bool tty_redraws(int fd);

#endif
