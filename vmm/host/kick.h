/* SPDX-License-Identifier: MIT */
/*
 * What gets the vCPU thread out of KVM_RUN, or out of its sleep in HLT: a deadline timer, input, and
 * signals that end the run. One per process, since signal handlers are. A kick sets a bit and
 * run->immediate_exit, so that none is lost between a check and KVM_RUN; no thread polls.
 */
#ifndef VMM_HOST_KICK_H
#define VMM_HOST_KICK_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum kick {
	KICK_TIMER = 1u << 0,	/* the alarm, the flush or the timeout has gone off */
	KICK_INPUT = 1u << 1,	/* kick_input() was called */
	KICK_STOP = 1u << 2,	/* SIGINT, SIGTERM, SIGHUP or SIGQUIT came */
	KICK_FAILURE = 1u << 3, /* the host gave no timer; kick_failure() has the errno */
};

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t kick_now(void);

/* Takes over the signals. Called by the vCPU thread, which the kicks go to. */
int kick_start(struct kvm_run *run, struct error *error);

/* Absolute ns: when to kick for the devices (CLOCK_NEVER = no more). The timer is made when first needed. */
void kick_alarm(uint64_t deadline);

/* Absolute ns: when to kick for output that lies waiting, or to look whether the guest does. */
void kick_flush(uint64_t deadline);

/* Absolute ns: when the run must end. */
void kick_timeout(uint64_t deadline);

/* Kicks for input, from any thread. */
void kick_input(void);

/* The kicks since the last call, a mask of enum kick. */
unsigned kick_take(void);

/* Sleeps until there are kicks to take. */
void kick_wait(void);

/* Whether the run must end now: a stop signal came, or the timeout has passed. */
bool kick_ending(void);
bool kick_timed_out(void);
int kick_stop_signal(void); /* the first stop signal; 0 = none */
int kick_failure(void);

#endif
