/* SPDX-License-Identifier: MIT */
/*
 * Signals: Linux's numbers, and what a process has of them. It is a part of struct process. calls/signal_calls.c
 * records what a process wants; this room acts by it.
 */
#ifndef GUEST_KERNEL_SIGNALS_SIGNAL_SET_H
#define GUEST_KERNEL_SIGNALS_SIGNAL_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/schedule/timeout.h"

enum signal_number {
	SIGHUP = 1,
	SIGINT = 2,
	SIGQUIT = 3,
	SIGILL = 4,
	SIGTRAP = 5,
	SIGBUS = 7,
	SIGFPE = 8,
	SIGKILL = 9,
	SIGSEGV = 11,
	SIGPIPE = 13,
	SIGALRM = 14,
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

/* A process can neither block, ignore nor handle these. */
#define SIGNALS_UNBLOCKABLE (SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP))

/* These stop a process that does not handle them. */
#define SIGNALS_STOPPING (SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(SIGTSTP) | SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU))

/* struct sigaction as Linux's kernel has it. */
struct signal_action {
	uint64_t handler, flags, restorer, mask;
};

/* sigaction(2) */
#define SA_NOCLDSTOP 0x00000001UL
#define SA_SIGINFO 0x00000004UL
#define SA_RESTORER 0x04000000UL
#define SA_ONSTACK 0x08000000UL
#define SA_RESTART 0x10000000UL
#define SA_NODEFER 0x40000000UL
#define SA_RESETHAND 0x80000000UL

/*
 * Why a signal was sent, as a handler finds it in siginfo_t: si_code, and the two words behind it. Those are the
 * sender's pid and uid and a value, or the child's pid and uid and its status, or the address of a fault.
 */
struct signal_info {
	int32_t code;
	uint64_t first, second;
};

/* siginfo_t, of which the kernel fills in the beginning */
struct user_info {
	int32_t signal, error, code, padding;
	uint64_t first, second, rest[12];
};
_Static_assert(sizeof(struct user_info) == 128, "as on Linux");

static inline struct user_info user_info_of(unsigned signal, const struct signal_info *info)
{
	return (struct user_info){(int32_t)signal, 0, info->code, 0, info->first, info->second, {0}};
}

/* si_code (sigaction(2)) */
enum {
	SI_USER = 0,
	SI_KERNEL = 0x80,
	SI_TKILL = -6,
	CLD_EXITED = 1,
	CLD_KILLED = 2,
	CLD_STOPPED = 5,
	CLD_CONTINUED = 6,
};

/* sigaltstack(2) */
enum { SS_ONSTACK = 1, SS_DISABLE = 2, MINSIGSTKSZ = 2048 };
#define SS_AUTODISARM 0x80000000U

/* The alternate stack; its size is 0 with SS_DISABLE, and only then. */
struct signal_stack {
	uint64_t base, size;
	uint32_t flags;
};

/* What only a process with handlers or with pending signals needs; it takes a page. */
struct signal_details {
	struct signal_detail {
		struct signal_action action;
		struct signal_info info;	       /* of a pending signal */
	} __attribute__((aligned(64))) of[SIGNAL_MAX]; /* [signal - 1], found by a shift */
};

struct signals {
	uint64_t ignored, handled; /* what is in neither takes its default action */
	uint64_t blocked, pending;
	uint64_t awaited;		/* signals that rt_sigtimedwait waits for */
	uint64_t mask_after;		/* the mask to block after a call that has blocked another mask for its time */
	bool mask_is_temporary;		/* whether mask_after is in use */
	struct signal_details *details; /* NULL: not needed yet */
	struct signal_stack stack;

	/*
	 * Whether the next return from a trap goes through signals_return (signals_at_return); if so, where the trap
	 * path would have gone on, and RAX of the trap: the number of a system call.
	 */
	bool at_return;
	uint64_t return_to, call;
	uint64_t fault_address; /* of the last page fault that was a signal, for the handler */

	/* Whether a STOPPED process is ready again once it continues, and what wait4 has to report */
	bool wait_is_over;
	uint8_t report; /* 0: nothing; the signal that stopped it; SIGCONT: it continued */

	/* alarm.c; ns between SIGALRMs, 0: only one */
	struct timeout alarm;
	uint64_t alarm_interval;
};

/* The pending signals that are not blocked: they act when the process returns from its trap. */
static inline uint64_t signals_due(const struct signals *signals)
{
	return signals->pending & ~signals->blocked;
}

/* Those of them that end the process. */
static inline uint64_t signals_fatal(const struct signals *signals)
{
	return signals_due(signals) & ~signals->handled & ~SIGNALS_STOPPING;
}

/* Signals for what the process itself did are handled before others, so that their handlers see the fault. */
#define SIGNALS_SYNCHRONOUS                                                                                            \
	(SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGSEGV))

/* The one of the signals that are due, of which there must be any, that acts first. */
static inline uint64_t signal_next(const struct signals *signals)
{
	const uint64_t due = signals_due(signals), first = due & SIGNALS_SYNCHRONOUS;

	return (uint64_t)__builtin_ctzl(first != 0 ? first : due) + 1;
}

/* Whether a signal has ended the current wait. */
enum interruption { INTERRUPTED_NOT, INTERRUPTED };

#endif
