/* SPDX-License-Identifier: MIT */
/*
 * The names of Linux's numbers, which are the guest kernel's too; NULL where a number has no name. Each function only
 * reads a table, so that signal handlers may call it: host/sandbox.c does, beside all that prints. glibc before 2.32
 * lacks strerrorname_np() and sigabbrev_np().
 */
#ifndef VMM_BASE_LINUX_NAMES_H
#define VMM_BASE_LINUX_NAMES_H

#include <stdint.h>

enum { ERRNO_MAX = 4095 }; /* Linux's MAX_ERRNO: a system call fails with a result from -4095 to -1 */

const char *syscall_name(uint64_t number); /* "write" */
const char *errno_name(uint64_t number);   /* "ENOENT" */
const char *signal_name(uint64_t number);  /* "KILL" */

#endif
