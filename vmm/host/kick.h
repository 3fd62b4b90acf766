/* SPDX-License-Identifier: MIT */
/*
 * Kicks, which get the vCPU's thread out of KVM_RUN or out of its sleep in HLT: a deadline has passed
 * (host/deadlines.h), input has come, or a signal asks for the end of the run. The state is one per process, as signal
 * handlers are. A kick sets a bit and the attached vCPU's run->immediate_exit (KVM API, "The kvm_run structure"), so
 * that no kick is lost between the run loop's check and KVM_RUN. The run loop takes kicks (machine/loop.c); no thread
 * polls.
 */
#ifndef VMM_HOST_KICK_H
#define VMM_HOST_KICK_H

#include <linux/kvm.h>
#include <signal.h>

#include "base/error.h"

enum kick {
	KICK_DEADLINE = 1u << 0, /* the timer of host/deadlines.c has gone off */
	KICK_INPUT = 1u << 1,	 /* kick_input() was called */
	KICK_STOP = 1u << 2,	 /* SIGINT, SIGTERM, SIGHUP or SIGQUIT came, or kick_stop() was called */
	KICK_FAILURE = 1u << 3,	 /* the host refused a timer; deadlines_failure() has the errno */
};

/*
 * Installs the signal handlers and makes the calling thread the one that is kicked. A stop signal that the parent
 * process had ignored stays ignored. May be called again. Returns 0, or -1 with a line in *error.
 */
int kick_start(struct error *error);

/*
 * Restores what stop signals did before kick_start(), for a program whose guests have all run: they end it again. No
 * vCPU may be attached.
 */
void kick_finish(void);

/*
 * kick_attach() makes kicks end the KVM_RUN of the vCPU that `run` belongs to, which must stay mapped until
 * kick_detach(). While no vCPU is attached, kicks are only remembered; attaching a vCPU delivers them.
 */
void kick_attach(struct kvm_run *run);
void kick_detach(void);

/* Posts KICK_INPUT. May be called by any thread. */
void kick_input(void);

/*
 * Asks for the end of the run as `signal` does when it comes, even if that signal is ignored. May be called by any
 * thread.
 */
void kick_stop(int signal);

/* Posts a kick. Called by the vCPU's thread and its signal handlers. */
void kick_post(enum kick kick);

/* The signal that posts KICK_DEADLINE. */
#define KICK_TIMER_SIGNAL SIGALRM

/* Returns and clears the pending kicks, a mask of enum kick. */
unsigned kick_take(void);

/* Sleeps until a kick is pending, or a signal comes. */
void kick_wait(void);

/* The first signal that asked for the end of the run; 0 = none has come. It is never cleared. */
int kick_stop_signal(void);

#endif
