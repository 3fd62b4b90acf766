/* SPDX-License-Identifier: MIT */
/* Formats error lines: see error.h. */
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
	/* File names and other outside text may contain newlines or terminal escapes; an error is one plain line. */
	for (char *c = error->text; *c != '\0'; c++) {
		if (iscntrl((unsigned char)*c))
			*c = '?';
	}
	return -1;
}
