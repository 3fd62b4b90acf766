/* SPDX-License-Identifier: MIT */
/* Linux's errno values. The kernel's functions return them negated, as system calls do. */
#ifndef GUEST_KERNEL_LIB_ERRNO_H
#define GUEST_KERNEL_LIB_ERRNO_H

enum errno_value {
	EPERM = 1,
	ENOENT = 2,
	ESRCH = 3,
	EINTR = 4,
	EIO = 5,
	ENXIO = 6,
	E2BIG = 7,
	ENOEXEC = 8,
	EBADF = 9,
	ECHILD = 10,
	EAGAIN = 11,
	ENOMEM = 12,
	EACCES = 13,
	EFAULT = 14,
	EBUSY = 16,
	EEXIST = 17,
	EXDEV = 18,
	ENODEV = 19,
	ENOTDIR = 20,
	EISDIR = 21,
	EINVAL = 22,
	EMFILE = 24,
	ENOTTY = 25,
	EFBIG = 27,
	ENOSPC = 28,
	ESPIPE = 29,
	EROFS = 30,
	EMLINK = 31,
	EPIPE = 32,
	ERANGE = 34,
	EDEADLK = 35,
	ENAMETOOLONG = 36,
	ENOSYS = 38,
	ENOTEMPTY = 39,
	ELOOP = 40,
	EOVERFLOW = 75,
	EOPNOTSUPP = 95,
	ETIMEDOUT = 110,
	/* A signal has interrupted the call. The process sees EINTR, or the call is made again (SA_RESTART). */
	ERESTARTSYS = 512,
};

#endif
