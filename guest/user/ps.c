/* SPDX-License-Identifier: MIT */
/*
 * The process list, as the kernel writes it down in /proc/processes.
 *   ps
 */
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/syscalls.h"

enum { BUFFER = 4096 };
#define PROCESSES "/proc/processes"

int main(void)
{
	static char buffer[BUFFER];
	int fd = open(PROCESSES, O_RDONLY, 0);
	long size = fd;

	while (fd >= 0 && (size = read(fd, buffer, sizeof(buffer))) > 0)
		write(STDOUT, buffer, (size_t)size);
	if (size == 0)
		return 0;
	dprintf(STDERR, "ps: %s: %s\n", PROCESSES, error_name(size));
	return 1;
}
