/* SPDX-License-Identifier: MIT */
/*
 * Linux's error and signal numbers, and their names for messages.
 */
#ifndef USER_ERRORS_H
#define USER_ERRORS_H

/* clang-format off */
#define ERRORS(X) \
	X(1, EPERM) X(2, ENOENT) X(3, ESRCH) X(4, EINTR) X(5, EIO) X(6, ENXIO) X(7, E2BIG) X(8, ENOEXEC) \
	X(9, EBADF) X(10, ECHILD) X(11, EAGAIN) X(12, ENOMEM) X(13, EACCES) X(14, EFAULT) X(16, EBUSY) \
	X(17, EEXIST) X(18, EXDEV) X(20, ENOTDIR) X(21, EISDIR) X(22, EINVAL) X(24, EMFILE) X(25, ENOTTY) \
	X(27, EFBIG) X(28, ENOSPC) X(29, ESPIPE) X(30, EROFS) X(32, EPIPE) X(36, ENAMETOOLONG) X(38, ENOSYS) \
	X(39, ENOTEMPTY) X(40, ELOOP) X(95, EOPNOTSUPP)

#define SIGNALS(X) \
	X(1, SIGHUP) X(2, SIGINT) X(3, SIGQUIT) X(4, SIGILL) X(5, SIGTRAP) X(6, SIGABRT) X(7, SIGBUS) X(8, SIGFPE) \
	X(9, SIGKILL) X(10, SIGUSR1) X(11, SIGSEGV) X(12, SIGUSR2) X(13, SIGPIPE) X(14, SIGALRM) X(15, SIGTERM) \
	X(17, SIGCHLD) X(18, SIGCONT) X(19, SIGSTOP) X(20, SIGTSTP) X(21, SIGTTIN) X(22, SIGTTOU) X(31, SIGSYS)
/* clang-format on */

#define NUMBER(number, name) name = (number),
enum error { ERRORS(NUMBER) };
enum signal { SIGNALS(NUMBER) };
#undef NUMBER

/* Return the name of an error number (positive or negative) or of a signal; "?": it is not in the list. */
const char *error_name(long error);
const char *signal_name(int signal);

#endif
