/* SPDX-License-Identifier: MIT */
/*
 * The system calls of ringside's kernel, one row each, with the numbers, the arguments and the errno values of Linux on
 * x86-64. The kernel's dispatch table, the stubs of the user library and the names in traces come from this list.
 *
 * X(number, name, arguments)
 *   arguments  the kind of each argument, separated by commas: int, unsigned, fd, pid, address, size, mode, signal,
 * path, string-list, timespec, status; buffer-in and buffer-out, whose size in bytes is the next argument; any other
 * kind is a number whose values have names, which are listed in vmm/text/call_names.c
 */
#ifndef RINGSIDE_SYSCALLS_H
#define RINGSIDE_SYSCALLS_H

/* clang-format off */
#define RINGSIDE_SYSCALLS(X) \
	X(0,   read,            "fd,buffer-out,size") \
	X(1,   write,           "fd,buffer-in,size") \
	X(2,   open,            "path,open-flags,mode") \
	X(3,   close,           "fd") \
	X(4,   stat,            "path,address") \
	X(5,   fstat,           "fd,address") \
	X(6,   lstat,           "path,address") \
	X(7,   poll,            "address,unsigned,int") \
	X(8,   lseek,           "fd,int,whence") \
	X(9,   mmap,            "address,size,prot,map-flags,fd,size") \
	X(10,  mprotect,        "address,size,prot") \
	X(11,  munmap,          "address,size") \
	X(12,  brk,             "address") \
	X(13,  rt_sigaction,    "signal,address,address,size") \
	X(14,  rt_sigprocmask,  "mask-change,address,address,size") \
	X(16,  ioctl,           "fd,ioctl-command,address") \
	X(17,  pread64,         "fd,buffer-out,size,unsigned") \
	X(19,  readv,           "fd,address,unsigned") \
	X(20,  writev,          "fd,address,unsigned") \
	X(21,  access,          "path,access") \
	X(22,  pipe,            "address") \
	X(24,  sched_yield,     "") \
	X(28,  madvise,         "address,size,advice") \
	X(32,  dup,             "fd") \
	X(33,  dup2,            "fd,fd") \
	X(34,  pause,           "") \
	X(35,  nanosleep,       "timespec,address") \
	X(39,  getpid,          "") \
	X(56,  clone,           "clone-flags,address,address,address,address") \
	X(57,  fork,            "") \
	X(58,  vfork,           "") \
	X(59,  execve,          "path,string-list,string-list") \
	X(60,  exit,            "int") \
	X(61,  wait4,           "pid,status,wait-options,address") \
	X(62,  kill,            "pid,signal") \
	X(63,  uname,           "address") \
	X(72,  fcntl,           "fd,fcntl-command,unsigned") \
	X(79,  getcwd,          "buffer-out,size") \
	X(80,  chdir,           "path") \
	X(81,  fchdir,          "fd") \
	X(89,  readlink,        "path,buffer-out,size") \
	X(95,  umask,           "mode") \
	X(96,  gettimeofday,    "address,address") \
	X(97,  getrlimit,       "resource,address") \
	X(98,  getrusage,       "usage-of,address") \
	X(99,  sysinfo,         "address") \
	X(100, times,           "address") \
	X(102, getuid,          "") \
	X(104, getgid,          "") \
	X(105, setuid,          "int") \
	X(106, setgid,          "int") \
	X(107, geteuid,         "") \
	X(108, getegid,         "") \
	X(109, setpgid,         "pid,pid") \
	X(110, getppid,         "") \
	X(111, getpgrp,         "") \
	X(112, setsid,          "") \
	X(115, getgroups,       "int,address") \
	X(117, setresuid,       "int,int,int") \
	X(119, setresgid,       "int,int,int") \
	X(121, getpgid,         "pid") \
	X(124, getsid,          "pid") \
	X(127, rt_sigpending,   "address,size") \
	X(130, rt_sigsuspend,   "address,size") \
	X(140, getpriority,     "priority-of,pid") \
	X(141, setpriority,     "priority-of,pid,int") \
	X(158, arch_prctl,      "arch-code,address") \
	X(186, gettid,          "") \
	X(200, tkill,           "pid,signal") \
	X(217, getdents64,      "fd,buffer-out,size") \
	X(218, set_tid_address, "address") \
	X(228, clock_gettime,   "clock,address") \
	X(229, clock_getres,    "clock,address") \
	X(230, clock_nanosleep, "clock,clock-flags,timespec,address") \
	X(231, exit_group,      "int") \
	X(234, tgkill,          "pid,pid,signal") \
	X(257, openat,          "fd,path,open-flags,mode") \
	X(262, newfstatat,      "fd,path,address,at-flags") \
	X(267, readlinkat,      "fd,path,buffer-out,size") \
	X(269, faccessat,       "fd,path,access") \
	X(271, ppoll,           "address,unsigned,timespec,address,size") \
	X(273, set_robust_list, "address,size") \
	X(292, dup3,            "fd,fd,open-flags") \
	X(293, pipe2,           "address,open-flags") \
	X(302, prlimit64,       "pid,resource,address,address") \
	X(318, getrandom,       "address,size,random-flags") \
	X(439, faccessat2,      "fd,path,access,at-flags")
/* clang-format on */

/*
 * RINGSIDE_SYSCALL_ARGUMENTS(string): the number of arguments in the `arguments` string of a row, as a constant
 * expression, so that the compiler can build tables of it. Counts the commas among the first 64 characters.
 */
#define RINGSIDE_COMMA_AT(string, i) ((i) < sizeof(string) && (string)[(i) < sizeof(string) ? (i) : 0] == ',')
#define RINGSIDE_COMMAS_4(string, i)                                                                                   \
	(RINGSIDE_COMMA_AT(string, i) + RINGSIDE_COMMA_AT(string, (i) + 1) + RINGSIDE_COMMA_AT(string, (i) + 2) +      \
	 RINGSIDE_COMMA_AT(string, (i) + 3))
#define RINGSIDE_COMMAS_16(string, i)                                                                                  \
	(RINGSIDE_COMMAS_4(string, i) + RINGSIDE_COMMAS_4(string, (i) + 4) + RINGSIDE_COMMAS_4(string, (i) + 8) +      \
	 RINGSIDE_COMMAS_4(string, (i) + 12))
#define RINGSIDE_SYSCALL_ARGUMENTS(string)                                                                             \
	(sizeof(string) == 1 ? 0                                                                                       \
			     : 1 + RINGSIDE_COMMAS_16(string, 0) + RINGSIDE_COMMAS_16(string, 16) +                    \
				       RINGSIDE_COMMAS_16(string, 32) + RINGSIDE_COMMAS_16(string, 48))
#define RINGSIDE_SYSCALL_ARGUMENTS_MAX 6

#define RINGSIDE_SYSCALL_ENUM(number, name, arguments) RINGSIDE_SYS_##name = (number),
enum ringside_syscall { RINGSIDE_SYSCALLS(RINGSIDE_SYSCALL_ENUM) };
#undef RINGSIDE_SYSCALL_ENUM

#endif
