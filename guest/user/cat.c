/* SPDX-License-Identifier: MIT */
/*
 * Copies files, or standard input until it ends (^D at a terminal), to standard output.
 *   cat [FILE...]
 */
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

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

static int copy(int fd, const char *name)
{
	char buffer[BUFFER];
	long result = 1, size = fd;

	while (fd >= 0 && result > 0 && (size = read(fd, buffer, sizeof(buffer))) > 0)
		result = write_all(buffer, size);
	if (size >= 0 && result > 0)
		return 0;
	dprintf(STDERR, "cat: %s: %s\n", name, error_name(size < 0 ? size : result));
	return 1;
}

int main(int argc, char **argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++) {
		int fd = open(argv[i], O_RDONLY, 0);

		status |= copy(fd, argv[i]);
		close(fd);
	}
	return argc > 1 ? status : copy(STDIN, "standard input");
}
