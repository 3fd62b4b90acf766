/* SPDX-License-Identifier: MIT */
/*
 * Signals: Linux's numbers, and what a process wants of each signal. It is a part of struct process.
 * calls/signal_calls.c records what a process wants; signal.c acts by it.
 */
#ifndef GUEST_KERNEL_PROCESS_SIGNAL_SET_H
#define GUEST_KERNEL_PROCESS_SIGNAL_SET_H

#include <stdint.h>

enum signal_number {
	SIGINT = 2,
	SIGQUIT = 3,
	SIGKILL = 9,
	SIGSEGV = 11,
	SIGPIPE = 13,
	SIGCHLD = 17,
	SIGCONT = 18,
	SIGSTOP = 19,
	SIGTSTP = 20,
	SIGTTIN = 21,
	SIGTTOU = 22,
	SIGURG = 23,
	SIGWINCH = 28,
	SIGNAL_MAX = 64,
};

/* In the masks below bit n - 1 is signal n. */
#define SIGNAL_BIT(signal) (1UL << ((signal)-1))

struct signals {
	uint64_t ignored, handled; /* neither of them ends the process */
	uint64_t restarting;	   /* handled signals after which an interrupted system call goes on (SA_RESTART) */
	uint64_t blocked, pending;
	uint64_t handlers[SIGNAL_MAX]; /* addresses of handlers, for sigaction to return; none is ever entered */
};

/* Whether a handled signal has ended the current wait, and whether the wait may be taken up again (signal(7)). */
enum interruption { INTERRUPTED_NOT, INTERRUPTED_RESTARTS, INTERRUPTED };

#endif
