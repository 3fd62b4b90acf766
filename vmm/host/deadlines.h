/* SPDX-License-Identifier: MIT */
/*
 * Everything the VMM must do at a time, in one place: a table of deadlines and the one host timer that serves
 * the earliest. When it goes off the vCPU is kicked (host/kick.h), and the run loop asks here what has passed.
 * Times are CLOCK_MONOTONIC in nanoseconds. For the thread that called kick_start() alone.
 */
#ifndef VMM_HOST_DEADLINES_H
#define VMM_HOST_DEADLINES_H

#include <stdbool.h>
#include <stdint.h>

enum deadline {
	DEADLINE_TICK,	  /* the devices' alarm: the 8254 has an edge due */
	DEADLINE_FLUSH,	  /* console output has been lying without a newline */
	DEADLINE_WATCH,	  /* to look whether a guest that halts inside KVM_RUN can ever wake */
	DEADLINE_TIMEOUT, /* the run must end; once passed it stays so until it is set anew */
	DEADLINE_COUNT,
};

#define DEADLINE_NEVER UINT64_MAX

uint64_t deadlines_now(void);

/* Replaces a deadline; DEADLINE_NEVER = none. The host's timer is made when first needed. */
void deadline_set(enum deadline deadline, uint64_t when);

/* Whether it has passed, taken or not. */
bool deadline_has_passed(enum deadline deadline);

/*
 * After KICK_DEADLINE: a mask, 1 << enum deadline, of those that have passed; they are done with. Sets the timer for
 * the earliest of the others.
 */
unsigned deadlines_take(void);

/* The errno with which the host refused a timer (KICK_FAILURE); 0 = it did not. */
int deadlines_failure(void);

/* Whether the run must end now: a stop signal came, or the timeout has passed. For waits outside KVM_RUN. */
bool deadlines_ending(void);

#endif
