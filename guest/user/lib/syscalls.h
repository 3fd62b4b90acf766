/* SPDX-License-Identifier: MIT */
/*
 * The system calls as programs see them: Linux's x86-64 ABI. A call that fails returns the negative
 * error number (lib/errors.h); there is no errno variable.
 */
#ifndef USER_SYSCALLS_H
#define USER_SYSCALLS_H

#include <ringside/syscalls.h>
#include <stddef.h>
#include <stdint.h>

enum { STDIN, STDOUT, STDERR };
enum { CLOCK_REALTIME, CLOCK_MONOTONIC };
enum { WNOHANG = 1 };

struct timespec {
	long tv_sec;
	long tv_nsec;
};

struct timeval {
	long tv_sec;
	long tv_usec;
};

struct rusage {
	struct timeval ru_utime;
	struct timeval ru_stime;
	long ru_unused[12];
	long ru_nvcsw;
	long ru_nivcsw;
};

long read(int fd, void *buffer, size_t size);
long write(int fd, const void *buffer, size_t size);
int sched_yield(void);
int nanosleep(const struct timespec *duration, struct timespec *remaining);
int getpid(void);
int getppid(void);
int fork(void);
int execve(const char *path, char *const argv[], char *const envp[]);
_Noreturn void exit(int status);
_Noreturn void exit_group(int status);
int wait4(int pid, int *status, int options, struct rusage *usage);
int kill(int pid, int signal);
int clock_gettime(int clock, struct timespec *now);

/* Any number with any arguments, by either trap instruction: what the tests need. */
long system_call(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);
long system_call_by_int80(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);

#endif
