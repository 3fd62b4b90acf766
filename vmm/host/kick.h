/* SPDX-License-Identifier: MIT */
/*
 * What gets the vCPU's thread out of KVM_RUN, or out of its sleep in HLT: deadlines that have passed
 * (host/deadlines.h), input, and signals that end the run. One per process, since signal handlers are. A kick
 * sets a bit and, in the vCPU that is attached, run->immediate_exit, so that none is lost between a check and
 * KVM_RUN; no thread polls.
 */
#ifndef VMM_HOST_KICK_H
#define VMM_HOST_KICK_H

#include <linux/kvm.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum kick {
	KICK_DEADLINE = 1u << 0, /* the timer of host/deadlines.h has gone off */
	KICK_INPUT = 1u << 1,	 /* kick_input() was called */
	KICK_STOP = 1u << 2,	 /* SIGINT, SIGTERM, SIGHUP or SIGQUIT came */
	KICK_FAILURE = 1u << 3,	 /* the host gave no timer; deadlines_failure() has the errno */
};

/*
 * Takes over the signals; the calling thread is the one that kicks go to. May be called again. -1 with a line in
 * *error when the host refuses.
 */
int kick_start(struct error *error);

/*
 * Kicks end this vCPU's KVM_RUN from now on; or, after kick_detach(), no vCPU's: kicks are remembered until one is
 * attached. `run` must stay mapped until then.
 */
void kick_attach(struct kvm_run *run);
void kick_detach(void);

/* Kicks for input, from any thread. */
void kick_input(void);

/* Kicks from within the vCPU's thread. A timer does the same by the signal KICK_TIMER_SIGNAL. */
void kick_post(enum kick kick);
#define KICK_TIMER_SIGNAL SIGALRM

/* The kicks since the last call, a mask of enum kick. */
unsigned kick_take(void);

/* Sleeps until there are kicks to take. */
void kick_wait(void);

/* The first signal that asked for the end of the run; 0 = none has come. Never forgotten. */
int kick_stop_signal(void);

#endif
