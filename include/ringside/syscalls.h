/* SPDX-License-Identifier: MIT */
/*
 * The system calls of ringside's kernel, one row each, with the numbers, the arguments and the errno values of Linux on
 * x86-64. The kernel's dispatch table, the stubs of the user library and the names in traces come from this list.
 *
 * X(number, name, (arguments))
 *   arguments  the kind of each argument: INT, UNSIGNED, FD, PID, ADDRESS, SIZE, MODE, SIGNAL, PATH, STRING_LIST,
 *              TIMESPEC, STATUS; BUFFER_IN and BUFFER_OUT, whose size in bytes is the next argument; any other kind is
 *              a number whose values have names. vmm/text/call_text.c lists all kinds, and how each is printed
 */
#ifndef RINGSIDE_SYSCALLS_H
#define RINGSIDE_SYSCALLS_H

/* clang-format off */
#define RINGSIDE_SYSCALLS(X) \
	X(0,   read,            (FD, BUFFER_OUT, SIZE)) \
	X(1,   write,           (FD, BUFFER_IN, SIZE)) \
	X(2,   open,            (PATH, OPEN_FLAGS, MODE)) \
	X(3,   close,           (FD)) \
	X(4,   stat,            (PATH, ADDRESS)) \
	X(5,   fstat,           (FD, ADDRESS)) \
	X(6,   lstat,           (PATH, ADDRESS)) \
	X(7,   poll,            (ADDRESS, UNSIGNED, INT)) \
	X(8,   lseek,           (FD, INT, WHENCE)) \
	X(9,   mmap,            (ADDRESS, SIZE, PROT, MAP_FLAGS, FD, SIZE)) \
	X(10,  mprotect,        (ADDRESS, SIZE, PROT)) \
	X(11,  munmap,          (ADDRESS, SIZE)) \
	X(12,  brk,             (ADDRESS)) \
	X(13,  rt_sigaction,    (SIGNAL, ADDRESS, ADDRESS, SIZE)) \
	X(14,  rt_sigprocmask,  (MASK_CHANGE, ADDRESS, ADDRESS, SIZE)) \
	X(15,  rt_sigreturn,    ()) \
	X(16,  ioctl,           (FD, IOCTL_COMMAND, ADDRESS)) \
	X(17,  pread64,         (FD, BUFFER_OUT, SIZE, UNSIGNED)) \
	X(18,  pwrite64,        (FD, BUFFER_IN, SIZE, UNSIGNED)) \
	X(19,  readv,           (FD, ADDRESS, UNSIGNED)) \
	X(20,  writev,          (FD, ADDRESS, UNSIGNED)) \
	X(21,  access,          (PATH, ACCESS)) \
	X(22,  pipe,            (ADDRESS)) \
	X(23,  select,          (INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS)) \
	X(24,  sched_yield,     ()) \
	X(28,  madvise,         (ADDRESS, SIZE, ADVICE)) \
	X(32,  dup,             (FD)) \
	X(33,  dup2,            (FD, FD)) \
	X(34,  pause,           ()) \
	X(35,  nanosleep,       (TIMESPEC, ADDRESS)) \
	X(36,  getitimer,       (INT, ADDRESS)) \
	X(37,  alarm,           (UNSIGNED)) \
	X(38,  setitimer,       (INT, ADDRESS, ADDRESS)) \
	X(39,  getpid,          ()) \
	X(56,  clone,           (CLONE_FLAGS, ADDRESS, ADDRESS, ADDRESS, ADDRESS)) \
	X(57,  fork,            ()) \
	X(58,  vfork,           ()) \
	X(59,  execve,          (PATH, STRING_LIST, STRING_LIST)) \
	X(60,  exit,            (INT)) \
	X(61,  wait4,           (PID, STATUS, WAIT_OPTIONS, ADDRESS)) \
	X(62,  kill,            (PID, SIGNAL)) \
	X(63,  uname,           (ADDRESS)) \
	X(72,  fcntl,           (FD, FCNTL_COMMAND, UNSIGNED)) \
	X(74,  fsync,           (FD)) \
	X(75,  fdatasync,       (FD)) \
	X(76,  truncate,        (PATH, UNSIGNED)) \
	X(77,  ftruncate,       (FD, UNSIGNED)) \
	X(79,  getcwd,          (BUFFER_OUT, SIZE)) \
	X(80,  chdir,           (PATH)) \
	X(81,  fchdir,          (FD)) \
	X(82,  rename,          (PATH, PATH)) \
	X(83,  mkdir,           (PATH, MODE)) \
	X(84,  rmdir,           (PATH)) \
	X(85,  creat,           (PATH, MODE)) \
	X(86,  link,            (PATH, PATH)) \
	X(87,  unlink,          (PATH)) \
	X(88,  symlink,         (PATH, PATH)) \
	X(89,  readlink,        (PATH, BUFFER_OUT, SIZE)) \
	X(90,  chmod,           (PATH, MODE)) \
	X(91,  fchmod,          (FD, MODE)) \
	X(92,  chown,           (PATH, INT, INT)) \
	X(93,  fchown,          (FD, INT, INT)) \
	X(94,  lchown,          (PATH, INT, INT)) \
	X(95,  umask,           (MODE)) \
	X(96,  gettimeofday,    (ADDRESS, ADDRESS)) \
	X(97,  getrlimit,       (RESOURCE, ADDRESS)) \
	X(98,  getrusage,       (USAGE_OF, ADDRESS)) \
	X(99,  sysinfo,         (ADDRESS)) \
	X(100, times,           (ADDRESS)) \
	X(102, getuid,          ()) \
	X(104, getgid,          ()) \
	X(105, setuid,          (INT)) \
	X(106, setgid,          (INT)) \
	X(107, geteuid,         ()) \
	X(108, getegid,         ()) \
	X(109, setpgid,         (PID, PID)) \
	X(110, getppid,         ()) \
	X(111, getpgrp,         ()) \
	X(112, setsid,          ()) \
	X(115, getgroups,       (INT, ADDRESS)) \
	X(117, setresuid,       (INT, INT, INT)) \
	X(119, setresgid,       (INT, INT, INT)) \
	X(121, getpgid,         (PID)) \
	X(124, getsid,          (PID)) \
	X(127, rt_sigpending,   (ADDRESS, SIZE)) \
	X(128, rt_sigtimedwait, (ADDRESS, ADDRESS, TIMESPEC, SIZE)) \
	X(129, rt_sigqueueinfo, (PID, SIGNAL, ADDRESS)) \
	X(130, rt_sigsuspend,   (ADDRESS, SIZE)) \
	X(131, sigaltstack,     (ADDRESS, ADDRESS)) \
	X(137, statfs,          (PATH, ADDRESS)) \
	X(138, fstatfs,         (FD, ADDRESS)) \
	X(140, getpriority,     (PRIORITY_OF, PID)) \
	X(141, setpriority,     (PRIORITY_OF, PID, INT)) \
	X(142, sched_setparam,  (PID, ADDRESS)) \
	X(143, sched_getparam,  (PID, ADDRESS)) \
	X(144, sched_setscheduler, (PID, INT, ADDRESS)) \
	X(145, sched_getscheduler, (PID)) \
	X(146, sched_get_priority_max, (INT)) \
	X(147, sched_get_priority_min, (INT)) \
	X(157, prctl,           (INT, ADDRESS)) \
	X(158, arch_prctl,      (ARCH_CODE, ADDRESS)) \
	X(160, setrlimit,       (RESOURCE, ADDRESS)) \
	X(162, sync,            ()) \
	X(186, gettid,          ()) \
	X(200, tkill,           (PID, SIGNAL)) \
	X(201, time,            (ADDRESS)) \
	X(202, futex,           (ADDRESS, INT, UNSIGNED, TIMESPEC, ADDRESS, UNSIGNED)) \
	X(203, sched_setaffinity, (PID, SIZE, ADDRESS)) \
	X(204, sched_getaffinity, (PID, SIZE, ADDRESS)) \
	X(217, getdents64,      (FD, BUFFER_OUT, SIZE)) \
	X(218, set_tid_address, (ADDRESS)) \
	X(228, clock_gettime,   (CLOCK, ADDRESS)) \
	X(229, clock_getres,    (CLOCK, ADDRESS)) \
	X(230, clock_nanosleep, (CLOCK, CLOCK_FLAGS, TIMESPEC, ADDRESS)) \
	X(231, exit_group,      (INT)) \
	X(234, tgkill,          (PID, PID, SIGNAL)) \
	X(235, utimes,          (PATH, ADDRESS)) \
	X(247, waitid,          (INT, PID, ADDRESS, WAIT_OPTIONS, ADDRESS)) \
	X(257, openat,          (FD, PATH, OPEN_FLAGS, MODE)) \
	X(258, mkdirat,         (FD, PATH, MODE)) \
	X(260, fchownat,        (FD, PATH, INT, INT, PATH_FLAGS)) \
	X(262, newfstatat,      (FD, PATH, ADDRESS, PATH_FLAGS)) \
	X(263, unlinkat,        (FD, PATH, PATH_FLAGS)) \
	X(264, renameat,        (FD, PATH, FD, PATH)) \
	X(265, linkat,          (FD, PATH, FD, PATH, PATH_FLAGS)) \
	X(266, symlinkat,       (PATH, FD, PATH)) \
	X(267, readlinkat,      (FD, PATH, BUFFER_OUT, SIZE)) \
	X(268, fchmodat,        (FD, PATH, MODE)) \
	X(269, faccessat,       (FD, PATH, ACCESS)) \
	X(270, pselect6,        (INT, ADDRESS, ADDRESS, ADDRESS, TIMESPEC, ADDRESS)) \
	X(271, ppoll,           (ADDRESS, UNSIGNED, TIMESPEC, ADDRESS, SIZE)) \
	X(273, set_robust_list, (ADDRESS, SIZE)) \
	X(280, utimensat,       (FD, PATH, ADDRESS, PATH_FLAGS)) \
	X(292, dup3,            (FD, FD, OPEN_FLAGS)) \
	X(293, pipe2,           (ADDRESS, OPEN_FLAGS)) \
	X(302, prlimit64,       (PID, RESOURCE, ADDRESS, ADDRESS)) \
	X(309, getcpu,          (ADDRESS, ADDRESS)) \
	X(316, renameat2,       (FD, PATH, FD, PATH, UNSIGNED)) \
	X(318, getrandom,       (ADDRESS, SIZE, RANDOM_FLAGS)) \
	X(332, statx,           (FD, PATH, PATH_FLAGS, UNSIGNED, ADDRESS)) \
	X(439, faccessat2,      (FD, PATH, ACCESS, PATH_FLAGS))
/* clang-format on */

#define RINGSIDE_SYSCALL_ARGUMENTS_MAX 6

/* How many arguments a row has, as a constant expression: the numbers shift right by the arguments before them. */
#define RINGSIDE_SYSCALL_ARGUMENTS(arguments) RINGSIDE_COUNT arguments
#define RINGSIDE_COUNT(...) RINGSIDE_EIGHTH(0, ##__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0)
#define RINGSIDE_EIGHTH(a, b, c, d, e, f, g, eighth, ...) eighth

#define RINGSIDE_SYSCALL_ENUM(number, name, arguments) RINGSIDE_SYS_##name = (number),
enum ringside_syscall { RINGSIDE_SYSCALLS(RINGSIDE_SYSCALL_ENUM) };
#undef RINGSIDE_SYSCALL_ENUM

#endif
