/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

int error_set(struct error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	/* Words from outside, file names for one, may hold what would make it two lines or drive a terminal. */
	for (char *letter = error->text; *letter != '\0'; letter++) {
		if (iscntrl((unsigned char)*letter))
			*letter = '?';
	}
	return -1;
}
