/* SPDX-License-Identifier: MIT */
/* What kind of file is open, and its size: used by all that runs in the sandbox (host/sandbox.h). */
#ifndef VMM_BASE_FILE_STATUS_H
#define VMM_BASE_FILE_STATUS_H

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * As fstat(), which in glibc 2.33 to 2.38 makes a call that also takes paths, and which the sandbox therefore does not
 * allow. Returns 0, or -1 with errno.
 */
static inline int file_status(int fd, struct stat *status)
{
	return (int)syscall(SYS_fstat, fd, status);
}

#endif
