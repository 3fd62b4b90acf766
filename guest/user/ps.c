/* SPDX-License-Identifier: MIT */
/*
 * Prints the process list from /proc/processes without the blanks at the ends of lines.
 *   ps
 */
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

enum { BUFFER = 4096 };
#define PROCESSES "/proc/processes"

/* Removes blanks before line ends and at the end of `text`, in place. Returns the remaining size in bytes. */
static size_t trim(char *text, size_t size)
{
	size_t length = 0, blanks = 0;

	for (size_t i = 0; i < size; i++) {
		if (text[i] == ' ') {
			blanks++;
			continue;
		}
		for (; text[i] != '\n' && blanks > 0; blanks--)
			text[length++] = ' ';
		blanks = 0;
		text[length++] = text[i];
	}
	return length;
}

int main(void)
{
	static char buffer[BUFFER];
	int fd = open(PROCESSES, O_RDONLY, 0);
	long size = fd;

	while (fd >= 0 && (size = read(fd, buffer, sizeof(buffer))) > 0)
		write(STDOUT, buffer, trim(buffer, (size_t)size));
	if (size == 0)
		return 0;
	dprintf(STDERR, "ps: %s: %s\n", PROCESSES, error_name(size));
	return 1;
}
