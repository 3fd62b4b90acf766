/* SPDX-License-Identifier: MIT */
/* Asks the terminal driver and the environment variables TERM and NO_COLOR: see tty.h. */
#include "base/tty.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool tty_redraws(int fd)
{
	const char *terminal = getenv("TERM");

	return isatty(fd) == 1 && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

bool tty_takes_colour(int fd)
{
	const char *no_color = getenv("NO_COLOR");

	return tty_redraws(fd) && (no_color == NULL || no_color[0] == '\0');
}

unsigned tty_width(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
