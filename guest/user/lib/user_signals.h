/* SPDX-License-Identifier: MIT */
/* Handlers of signals: what a handler is given, and setting one. Tests and the shell use this. */
#ifndef USER_SIGNALS_H
#define USER_SIGNALS_H

#include <stdint.h>

#include "lib/system_calls.h"

/* sigaction(2) */
#define SA_NOCLDSTOP 0x00000001UL
#define SA_SIGINFO 0x00000004UL
#define SA_RESTORER 0x04000000UL
#define SA_ONSTACK 0x08000000UL
#define SA_RESTART 0x10000000UL
#define SA_NODEFER 0x40000000UL
#define SA_RESETHAND 0x80000000UL

/* siginfo_t; the words behind si_code are the sender's pid and uid and a value or status, or a fault's address */
struct siginfo {
	int signal, error, code, padding;
	union {
		struct {
			int pid, uid;
			int64_t value;
		};
		uint64_t address;
	};
	uint64_t rest[12];
};

struct stack {
	void *base;
	int flags, padding;
	size_t size;
};
enum { SS_ONSTACK = 1, SS_DISABLE = 2, STACK_SIZE = 16384 };

/* Linux's struct ucontext for x86-64 */
struct ucontext {
	uint64_t flags, link;
	struct stack stack;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
	uint16_t cs, gs, fs, ss;
	uint64_t error, vector, old_mask, cr2;
	uint8_t *fpu;
	uint64_t reserved[8];
	uint64_t mask;
};

typedef void signal_handler(int signal, struct siginfo *info, struct ucontext *context);

/* Sets a handler; a signal of `mask` is blocked while it runs. SA_SIGINFO needs not be given. 0 or -errno. */
int handle_signal(int signal, signal_handler *handler, unsigned long flags, uint64_t mask);

/* Puts a signal back to SIG_DFL or SIG_IGN. */
int set_signal(int signal, void *action);

/* Blocks or unblocks one signal. */
void block_signal(int signal);
void unblock_signal(int signal);

int sigaltstack(const struct stack *stack, struct stack *old);
int rt_sigtimedwait(const uint64_t *set, struct siginfo *info, const struct timespec *timeout, size_t mask_size);
int rt_sigqueueinfo(int pid, int signal, const struct siginfo *info);
int tgkill(int process, int thread, int signal);

struct itimerval {
	struct timeval interval, value;
};
enum { ITIMER_REAL };
int setitimer(int which, const struct itimerval *timer, struct itimerval *old);
int getitimer(int which, struct itimerval *timer);

#endif
