/* SPDX-License-Identifier: MIT */
/*
 * Copies standard input to standard output until it ends (^D at a terminal).
 *   cat
 */
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/syscalls.h"

enum { BUFFER = 1024 };

static long write_all(const char *bytes, long size)
{
	while (size > 0) {
		long written = write(STDOUT, bytes, (size_t)size);

		if (written <= 0)
			return written;
		bytes += written;
		size -= written;
	}
	return 1;
}

int main(void)
{
	char buffer[BUFFER];
	long result = 1, size = 0;

	while (result > 0 && (size = read(STDIN, buffer, sizeof(buffer))) > 0)
		result = write_all(buffer, size);
	if (size >= 0 && result > 0)
		return 0;
	dprintf(STDERR, "cat: %s\n", error_name(size < 0 ? size : result));
	return 1;
}
