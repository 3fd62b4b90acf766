/* SPDX-License-Identifier: MIT */
/*
 * The system calls, with Linux's x86-64 numbers and errno values: one row each. The kernel's dispatch
 * table, the user library's stubs, the names in traces come from this list.
 *
 * X(number, name, arguments)
 *   arguments  kinds, comma-separated: int, unsigned, fd, pid, address, size, flags, path, string-list,
 *              buffer-in (size is the next argument), buffer-out (likewise), timespec, status
 */
#ifndef RINGSIDE_SYSCALLS_H
#define RINGSIDE_SYSCALLS_H

/* clang-format off */
#define RINGSIDE_SYSCALLS(X) \
	X(0,   read,          "fd,buffer-out,size") \
	X(1,   write,         "fd,buffer-in,size") \
	X(24,  sched_yield,   "") \
	X(35,  nanosleep,     "timespec,address") \
	X(39,  getpid,        "") \
	X(57,  fork,          "") \
	X(59,  execve,        "path,string-list,string-list") \
	X(60,  exit,          "int") \
	X(61,  wait4,         "pid,status,flags,address") \
	X(62,  kill,          "pid,int") \
	X(109, setpgid,       "pid,pid") \
	X(110, getppid,       "") \
	X(111, getpgrp,       "") \
	X(112, setsid,        "") \
	X(121, getpgid,       "pid") \
	X(124, getsid,        "pid") \
	X(228, clock_gettime, "int,address") \
	X(231, exit_group,    "int")
/* clang-format on */

#define RINGSIDE_SYSCALL_ENUM(number, name, arguments) RINGSIDE_SYS_##name = (number),
enum ringside_syscall { RINGSIDE_SYSCALLS(RINGSIDE_SYSCALL_ENUM) };
#undef RINGSIDE_SYSCALL_ENUM

#endif
