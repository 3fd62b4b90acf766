/* SPDX-License-Identifier: MIT */
/* Asks the terminal driver and the environment: see tty.h. */
#include "base/tty.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool is_set(const char *value)
{
	return value != NULL && value[0] != '\0';
}

/*
 * Reads the variables in POSIX's order (XBD 8.2, "Internationalization Variables"), the first that is not empty
 * deciding, and looks for the character set in the locale's name. setlocale() would know every locale, but it reads
 * files, which would cost a noticeable part of the millisecond in which the VMM starts, and it finds none of the
 * host's locales in a static executable.
 */
bool tty_takes_utf8(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *locale = NULL;

	for (unsigned i = 0; i < sizeof(variables) / sizeof(*variables) && !is_set(locale); i++)
		locale = getenv(variables[i]);
	return is_set(locale) && (strcasestr(locale, "utf-8") != NULL || strcasestr(locale, "utf8") != NULL);
}

bool tty_redraws(int fd)
{
	const char *terminal = getenv("TERM");

	return isatty(fd) == 1 && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

struct tty_style tty_style(int fd)
{
	struct winsize size;

	return (struct tty_style){
		.width = ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0,
		.colour = tty_redraws(fd) && !is_set(getenv("NO_COLOR")),
		.ascii = !tty_takes_utf8(),
	};
}
