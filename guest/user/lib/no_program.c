/* SPDX-License-Identifier: MIT */
/* Looks at the first bytes of a file that is no program. */
#include "lib/no_program.h"

#include <stdbool.h>

#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { START = 16 };

static bool is_text(const char *bytes, long size)
{
	for (long i = 0; i < size; i++)
		if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\t' && bytes[i] != '\r')
			return false;
	return true;
}

static const char *kind_of(const char *path)
{
	char start[START] = "";
	int fd = open(path, O_RDONLY, 0);
	long size = fd < 0 ? fd : read(fd, start, sizeof(start));

	if (fd >= 0)
		close(fd);
	if (size < 0)
		return "unreadable";
	if (size == 0)
		return "empty";
	if (!strncmp(start, "\177ELF", 4))
		return "an ELF file that this kernel does not run";
	if (!strncmp(start, "#!", 2))
		return "a script that names no interpreter";
	if (!strncmp(start, "\x1f\x8b", 2))
		return "compressed by gzip";
	return is_text(start, size) ? "text" : "no ELF file";
}

const char *no_program_text(char text[NO_PROGRAM_TEXT], long error, const char *path)
{
	text[0] = '\0';
	if (error == -ENOEXEC)
		snprintf(text, NO_PROGRAM_TEXT, ": it is %s", kind_of(path));
	return text;
}
