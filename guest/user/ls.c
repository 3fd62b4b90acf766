/* SPDX-License-Identifier: MIT */
/*
 * Prints the names in a directory, with a / after the names of directories.
 *   ls [DIRECTORY]
 */
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

enum { BUFFER = 4096, DT_DIR = 4 };

static void print_entries(const char *buffer, long size)
{
	for (long at = 0; at < size;) {
		const struct dirent *entry = (const void *)(buffer + at);

		if (entry->d_name[0] != '.')
			printf("%s%s\n", entry->d_name, entry->d_type == DT_DIR ? "/" : "");
		at += entry->d_reclen;
	}
}

int main(int argc, char **argv)
{
	static char buffer[BUFFER] __attribute__((aligned(8)));
	const char *path = argc > 1 ? argv[1] : ".";
	int fd = open(path, O_RDONLY, 0);
	long size = fd;

	while (fd >= 0 && (size = getdents64(fd, buffer, sizeof(buffer))) > 0)
		print_entries(buffer, size);
	if (size >= 0)
		return 0;
	dprintf(STDERR, "ls: %s: %s\n", path, error_name(size));
	return 1;
}
