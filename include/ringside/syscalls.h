/* SPDX-License-Identifier: MIT */
/*
 * The system calls of ringside's kernel, one row each, with the numbers, the arguments and the errno values of Linux on
 * x86-64. The kernel's dispatch table, the stubs of the user library and the names in traces come from this list.
 *
 * X(number, name, (arguments), (names))
 *   arguments  the kind of each argument: INT, UNSIGNED, FD, PID, ADDRESS, SIZE, MODE, SIGNAL, PATH, STRING_LIST,
 *              TIMESPEC, STATUS; BUFFER_IN and BUFFER_OUT, whose size in bytes is the next argument; any other kind is
 *              a number whose values have names. vmm/text/call_text.c lists all kinds, and how each is printed
 *   names      of the arguments, as Linux's manual pages have them
 */
#ifndef RINGSIDE_SYSCALLS_H
#define RINGSIDE_SYSCALLS_H

/* clang-format off */
#define RINGSIDE_SYSCALLS(X) \
	X(0,   read,            (FD, BUFFER_OUT, SIZE), (fd, buf, count)) \
	X(1,   write,           (FD, BUFFER_IN, SIZE), (fd, buf, count)) \
	X(2,   open,            (PATH, OPEN_FLAGS, MODE), (path, flags, mode)) \
	X(3,   close,           (FD), (fd)) \
	X(4,   stat,            (PATH, ADDRESS), (path, statbuf)) \
	X(5,   fstat,           (FD, ADDRESS), (fd, statbuf)) \
	X(6,   lstat,           (PATH, ADDRESS), (path, statbuf)) \
	X(7,   poll,            (ADDRESS, UNSIGNED, INT), (fds, nfds, timeout)) \
	X(8,   lseek,           (FD, INT, WHENCE), (fd, offset, whence)) \
	X(9,   mmap,            (ADDRESS, SIZE, PROT, MAP_FLAGS, FD, SIZE), (addr, length, prot, flags, fd, offset)) \
	X(10,  mprotect,        (ADDRESS, SIZE, PROT), (addr, length, prot)) \
	X(11,  munmap,          (ADDRESS, SIZE), (addr, length)) \
	X(12,  brk,             (ADDRESS), (addr)) \
	X(13,  rt_sigaction,    (SIGNAL, ADDRESS, ADDRESS, SIZE), (signum, act, oldact, sigsetsize)) \
	X(14,  rt_sigprocmask,  (MASK_CHANGE, ADDRESS, ADDRESS, SIZE), (how, set, oldset, sigsetsize)) \
	X(15,  rt_sigreturn,    (), ()) \
	X(16,  ioctl,           (FD, IOCTL_COMMAND, ADDRESS), (fd, request, argp)) \
	X(17,  pread64,         (FD, BUFFER_OUT, SIZE, UNSIGNED), (fd, buf, count, offset)) \
	X(18,  pwrite64,        (FD, BUFFER_IN, SIZE, UNSIGNED), (fd, buf, count, offset)) \
	X(19,  readv,           (FD, ADDRESS, UNSIGNED), (fd, iov, iovcnt)) \
	X(20,  writev,          (FD, ADDRESS, UNSIGNED), (fd, iov, iovcnt)) \
	X(21,  access,          (PATH, ACCESS), (path, mode)) \
	X(22,  pipe,            (ADDRESS), (pipefd)) \
	X(23,  select,          (INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS), (nfds, readfds, writefds, exceptfds, timeout)) \
	X(24,  sched_yield,     (), ()) \
	X(28,  madvise,         (ADDRESS, SIZE, ADVICE), (addr, length, advice)) \
	X(32,  dup,             (FD), (oldfd)) \
	X(33,  dup2,            (FD, FD), (oldfd, newfd)) \
	X(34,  pause,           (), ()) \
	X(35,  nanosleep,       (TIMESPEC, ADDRESS), (duration, rem)) \
	X(36,  getitimer,       (INT, ADDRESS), (which, curr_value)) \
	X(37,  alarm,           (UNSIGNED), (seconds)) \
	X(38,  setitimer,       (INT, ADDRESS, ADDRESS), (which, new_value, old_value)) \
	X(39,  getpid,          (), ()) \
	X(56,  clone,           (CLONE_FLAGS, ADDRESS, ADDRESS, ADDRESS, ADDRESS), (flags, stack, parent_tid, child_tid, tls)) \
	X(57,  fork,            (), ()) \
	X(58,  vfork,           (), ()) \
	X(59,  execve,          (PATH, STRING_LIST, STRING_LIST), (path, argv, envp)) \
	X(60,  exit,            (INT), (status)) \
	X(61,  wait4,           (PID, STATUS, WAIT_OPTIONS, ADDRESS), (pid, wstatus, options, rusage)) \
	X(62,  kill,            (PID, SIGNAL), (pid, sig)) \
	X(63,  uname,           (ADDRESS), (buf)) \
	X(72,  fcntl,           (FD, FCNTL_COMMAND, UNSIGNED), (fd, op, arg)) \
	X(74,  fsync,           (FD), (fd)) \
	X(75,  fdatasync,       (FD), (fd)) \
	X(76,  truncate,        (PATH, UNSIGNED), (path, length)) \
	X(77,  ftruncate,       (FD, UNSIGNED), (fd, length)) \
	X(79,  getcwd,          (BUFFER_OUT, SIZE), (buf, size)) \
	X(80,  chdir,           (PATH), (path)) \
	X(81,  fchdir,          (FD), (fd)) \
	X(82,  rename,          (PATH, PATH), (oldpath, newpath)) \
	X(83,  mkdir,           (PATH, MODE), (path, mode)) \
	X(84,  rmdir,           (PATH), (path)) \
	X(85,  creat,           (PATH, MODE), (path, mode)) \
	X(86,  link,            (PATH, PATH), (oldpath, newpath)) \
	X(87,  unlink,          (PATH), (path)) \
	X(88,  symlink,         (PATH, PATH), (target, linkpath)) \
	X(89,  readlink,        (PATH, BUFFER_OUT, SIZE), (path, buf, bufsiz)) \
	X(90,  chmod,           (PATH, MODE), (path, mode)) \
	X(91,  fchmod,          (FD, MODE), (fd, mode)) \
	X(92,  chown,           (PATH, INT, INT), (path, owner, group)) \
	X(93,  fchown,          (FD, INT, INT), (fd, owner, group)) \
	X(94,  lchown,          (PATH, INT, INT), (path, owner, group)) \
	X(95,  umask,           (MODE), (mask)) \
	X(96,  gettimeofday,    (ADDRESS, ADDRESS), (tv, tz)) \
	X(97,  getrlimit,       (RESOURCE, ADDRESS), (resource, rlim)) \
	X(98,  getrusage,       (USAGE_OF, ADDRESS), (who, usage)) \
	X(99,  sysinfo,         (ADDRESS), (info)) \
	X(100, times,           (ADDRESS), (buf)) \
	X(102, getuid,          (), ()) \
	X(104, getgid,          (), ()) \
	X(105, setuid,          (INT), (uid)) \
	X(106, setgid,          (INT), (gid)) \
	X(107, geteuid,         (), ()) \
	X(108, getegid,         (), ()) \
	X(109, setpgid,         (PID, PID), (pid, pgid)) \
	X(110, getppid,         (), ()) \
	X(111, getpgrp,         (), ()) \
	X(112, setsid,          (), ()) \
	X(115, getgroups,       (INT, ADDRESS), (size, list)) \
	X(117, setresuid,       (INT, INT, INT), (ruid, euid, suid)) \
	X(119, setresgid,       (INT, INT, INT), (rgid, egid, sgid)) \
	X(121, getpgid,         (PID), (pid)) \
	X(124, getsid,          (PID), (pid)) \
	X(127, rt_sigpending,   (ADDRESS, SIZE), (set, sigsetsize)) \
	X(128, rt_sigtimedwait, (ADDRESS, ADDRESS, TIMESPEC, SIZE), (set, info, timeout, sigsetsize)) \
	X(129, rt_sigqueueinfo, (PID, SIGNAL, ADDRESS), (tgid, sig, info)) \
	X(130, rt_sigsuspend,   (ADDRESS, SIZE), (mask, sigsetsize)) \
	X(131, sigaltstack,     (ADDRESS, ADDRESS), (ss, old_ss)) \
	X(137, statfs,          (PATH, ADDRESS), (path, buf)) \
	X(138, fstatfs,         (FD, ADDRESS), (fd, buf)) \
	X(140, getpriority,     (PRIORITY_OF, PID), (which, who)) \
	X(141, setpriority,     (PRIORITY_OF, PID, INT), (which, who, prio)) \
	X(142, sched_setparam,  (PID, ADDRESS), (pid, param)) \
	X(143, sched_getparam,  (PID, ADDRESS), (pid, param)) \
	X(144, sched_setscheduler, (PID, INT, ADDRESS), (pid, policy, param)) \
	X(145, sched_getscheduler, (PID), (pid)) \
	X(146, sched_get_priority_max, (INT), (policy)) \
	X(147, sched_get_priority_min, (INT), (policy)) \
	X(157, prctl,           (INT, ADDRESS), (op, arg)) \
	X(158, arch_prctl,      (ARCH_CODE, ADDRESS), (op, addr)) \
	X(160, setrlimit,       (RESOURCE, ADDRESS), (resource, rlim)) \
	X(162, sync,            (), ()) \
	X(186, gettid,          (), ()) \
	X(200, tkill,           (PID, SIGNAL), (tid, sig)) \
	X(201, time,            (ADDRESS), (tloc)) \
	X(202, futex,           (ADDRESS, INT, UNSIGNED, TIMESPEC, ADDRESS, UNSIGNED), (uaddr, futex_op, val, timeout, uaddr2, val3)) \
	X(203, sched_setaffinity, (PID, SIZE, ADDRESS), (pid, cpusetsize, mask)) \
	X(204, sched_getaffinity, (PID, SIZE, ADDRESS), (pid, cpusetsize, mask)) \
	X(217, getdents64,      (FD, BUFFER_OUT, SIZE), (fd, dirp, count)) \
	X(218, set_tid_address, (ADDRESS), (tidptr)) \
	X(228, clock_gettime,   (CLOCK, ADDRESS), (clockid, tp)) \
	X(229, clock_getres,    (CLOCK, ADDRESS), (clockid, res)) \
	X(230, clock_nanosleep, (CLOCK, CLOCK_FLAGS, TIMESPEC, ADDRESS), (clockid, flags, request, remain)) \
	X(231, exit_group,      (INT), (status)) \
	X(234, tgkill,          (PID, PID, SIGNAL), (tgid, tid, sig)) \
	X(235, utimes,          (PATH, ADDRESS), (path, times)) \
	X(247, waitid,          (INT, PID, ADDRESS, WAIT_OPTIONS, ADDRESS), (idtype, id, infop, options, rusage)) \
	X(257, openat,          (FD, PATH, OPEN_FLAGS, MODE), (dirfd, path, flags, mode)) \
	X(258, mkdirat,         (FD, PATH, MODE), (dirfd, path, mode)) \
	X(260, fchownat,        (FD, PATH, INT, INT, PATH_FLAGS), (dirfd, path, owner, group, flags)) \
	X(262, newfstatat,      (FD, PATH, ADDRESS, PATH_FLAGS), (dirfd, path, statbuf, flags)) \
	X(263, unlinkat,        (FD, PATH, PATH_FLAGS), (dirfd, path, flags)) \
	X(264, renameat,        (FD, PATH, FD, PATH), (olddirfd, oldpath, newdirfd, newpath)) \
	X(265, linkat,          (FD, PATH, FD, PATH, PATH_FLAGS), (olddirfd, oldpath, newdirfd, newpath, flags)) \
	X(266, symlinkat,       (PATH, FD, PATH), (target, newdirfd, linkpath)) \
	X(267, readlinkat,      (FD, PATH, BUFFER_OUT, SIZE), (dirfd, path, buf, bufsiz)) \
	X(268, fchmodat,        (FD, PATH, MODE), (dirfd, path, mode)) \
	X(269, faccessat,       (FD, PATH, ACCESS), (dirfd, path, mode)) \
	X(270, pselect6,        (INT, ADDRESS, ADDRESS, ADDRESS, TIMESPEC, ADDRESS), (nfds, readfds, writefds, exceptfds, timeout, sigmask)) \
	X(271, ppoll,           (ADDRESS, UNSIGNED, TIMESPEC, ADDRESS, SIZE), (fds, nfds, timeout, sigmask, sigsetsize)) \
	X(273, set_robust_list, (ADDRESS, SIZE), (head, len)) \
	X(280, utimensat,       (FD, PATH, ADDRESS, PATH_FLAGS), (dirfd, path, times, flags)) \
	X(292, dup3,            (FD, FD, OPEN_FLAGS), (oldfd, newfd, flags)) \
	X(293, pipe2,           (ADDRESS, OPEN_FLAGS), (pipefd, flags)) \
	X(302, prlimit64,       (PID, RESOURCE, ADDRESS, ADDRESS), (pid, resource, new_limit, old_limit)) \
	X(309, getcpu,          (ADDRESS, ADDRESS), (cpu, node)) \
	X(316, renameat2,       (FD, PATH, FD, PATH, UNSIGNED), (olddirfd, oldpath, newdirfd, newpath, flags)) \
	X(318, getrandom,       (ADDRESS, SIZE, RANDOM_FLAGS), (buf, buflen, flags)) \
	X(332, statx,           (FD, PATH, PATH_FLAGS, UNSIGNED, ADDRESS), (dirfd, path, flags, mask, statxbuf)) \
	X(439, faccessat2,      (FD, PATH, ACCESS, PATH_FLAGS), (dirfd, path, mode, flags))
/* clang-format on */

#define RINGSIDE_SYSCALL_ARGUMENTS_MAX 6

/* How many arguments a row has, as a constant expression: the numbers shift right by the arguments before them. */
#define RINGSIDE_SYSCALL_ARGUMENTS(arguments) RINGSIDE_COUNT arguments
#define RINGSIDE_COUNT(...) RINGSIDE_EIGHTH(0, ##__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0)
#define RINGSIDE_EIGHTH(a, b, c, d, e, f, g, eighth, ...) eighth

#define RINGSIDE_SYSCALL_ENUM(number, name, arguments, names) RINGSIDE_SYS_##name = (number),
enum ringside_syscall { RINGSIDE_SYSCALLS(RINGSIDE_SYSCALL_ENUM) };
#undef RINGSIDE_SYSCALL_ENUM

#endif
