/* SPDX-License-Identifier: MIT */
/*
 * The system calls as programs see them: Linux's x86-64 ABI. A call that fails returns the negative
 * error number (lib/errors.h); there is no errno variable.
 */
#ifndef USER_SYSTEM_CALLS_H
#define USER_SYSTEM_CALLS_H

#include <ringside/syscalls.h>
#include <stddef.h>
#include <stdint.h>

enum { STDIN, STDOUT, STDERR };
enum { CLOCK_REALTIME, CLOCK_MONOTONIC };
enum { WNOHANG = 1, WUNTRACED = 2, WCONTINUED = 8 };
enum { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT = 0100, O_TRUNC = 01000, O_NONBLOCK = 04000, O_CLOEXEC = 02000000 };
enum { PROT_NONE, PROT_READ, PROT_WRITE, PROT_EXEC = 4 };
enum { MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20 };

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

struct sysinfo {
	long uptime;
	unsigned long loads[3], totalram, freeram, sharedram, bufferram, totalswap, freeswap; /* in mem_unit bytes */
	unsigned short procs, padding[3];
	unsigned long totalhigh, freehigh;
	unsigned mem_unit, padding_too;
};

/* One entry of getdents64; the next entry starts d_reclen bytes later. */
struct dirent {
	uint64_t d_ino;
	int64_t d_off;
	uint16_t d_reclen;
	uint8_t d_type;
	char d_name[];
};

struct pollfd {
	int fd;
	short events, revents;
};
#define POLLIN 1

/* The operations of rt_sigprocmask, and a signal's bit in a mask. */
enum { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK };
#define SIGNAL_MASK(signal) (1UL << ((signal)-1))

/* The argument of rt_sigaction; lib/user_signals.h has an easier way to set a handler. */
#define SIG_DFL NULL
#define SIG_IGN ((void *)1)
struct sigaction {
	void *handler;
	unsigned long flags;
	void *restorer;
	uint64_t mask;
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
int getrusage(int who, struct rusage *usage);
int kill(int pid, int signal);
int clock_gettime(int clock, struct timespec *now);

int open(const char *path, int flags, int mode);
int close(int fd);
int dup2(int from, int to);
int pipe(int ends[2]);
int ioctl(int fd, unsigned long request, void *argument);
long getdents64(int fd, void *buffer, size_t size);
int chdir(const char *path);
int getcwd(char *buffer, size_t size);
int setpgid(int pid, int group);
int getpgrp(void);
int rt_sigprocmask(int how, const uint64_t *mask, uint64_t *old, size_t mask_size);
int rt_sigpending(uint64_t *mask, size_t mask_size);
int ppoll(struct pollfd *files, uint64_t count, const struct timespec *timeout, const uint64_t *mask, size_t mask_size);
int rt_sigaction(int signal, const struct sigaction *action, struct sigaction *old, size_t mask_size);
int rt_sigsuspend(const uint64_t *mask, size_t mask_size);
void rt_sigreturn(void);
int pause(void);
unsigned alarm(unsigned seconds);
long mmap(void *address, size_t size, int protection, int flags, int fd, long offset); /* returns the address */
int munmap(void *address, size_t size);
int mprotect(void *address, size_t size, int protection);
long brk(void *end);
int sysinfo(struct sysinfo *information);

/* The function by which the functions above enter the kernel; NULL: they use `syscall`. gate.c sets it before main. */
extern void (*system_call_gate)(void);

/* For tests: a system call with any number and any arguments, by `syscall` or by `int $0x80`. */
long system_call(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);
long system_call_by_int80(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);

#endif
