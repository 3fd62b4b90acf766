/* SPDX-License-Identifier: MIT */
#include "host/descriptor.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int descriptor_open_again(int fd, int access)
{
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	struct stat status;
	const int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || ((flags & O_ACCMODE) != access && (flags & O_ACCMODE) != O_RDWR) || fstat(fd, &status) < 0)
		return -1;
	if (!S_ISFIFO(status.st_mode) && isatty(fd) != 1)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}
