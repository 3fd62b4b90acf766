/* SPDX-License-Identifier: MIT */
/*
 * Everything that the VMM must do at a certain time: a table of deadlines, and one host timer set to the earliest. When
 * the timer goes off, the vCPU is kicked (host/kick.h), and the run loop calls deadlines_take(). Times are
 * CLOCK_MONOTONIC in nanoseconds. Only the thread that called kick_start() may call these functions.
 */
#ifndef VMM_HOST_DEADLINES_H
#define VMM_HOST_DEADLINES_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/clock.h"

enum deadline {
	DEADLINE_TICK,	  /* the alarm of the devices' clock (devices/clock.h), which the 8254 sets */
	DEADLINE_FLUSH,	  /* console output without a newline must be flushed */
	DEADLINE_WATCH,	  /* check whether a guest that has halted inside KVM_RUN can ever wake */
	DEADLINE_TIMEOUT, /* the run must end; deadlines_take() does not clear this one */
	DEADLINE_COUNT,
};

/* The current time. */
uint64_t deadlines_now(void);

/* The clock of a machine whose 8254 is driven by this table: its alarm is DEADLINE_TICK. */
extern const struct clock deadlines_clock;

/*
 * Creates the host's timer, which otherwise is created when first needed: the sandbox lets nobody create one. What the
 * host then refuses is told when a deadline is set.
 */
void deadlines_prepare(void);

/* Sets or replaces a deadline; CLOCK_NEVER removes it. When the host refuses a timer, KICK_FAILURE is posted. */
void deadline_set(enum deadline deadline, uint64_t when);

/* Whether a deadline has passed and has not been cleared by deadlines_take(). */
bool deadline_has_passed(enum deadline deadline);

/*
 * Called after KICK_DEADLINE: returns the deadlines that have passed as a mask of 1 << enum deadline, and clears them,
 * except DEADLINE_TIMEOUT. Sets the timer to the earliest of the remaining deadlines.
 */
unsigned deadlines_take(void);

/* After KICK_FAILURE: the errno with which the host refused a timer; 0 = it has not refused one. */
int deadlines_failure(void);

/*
 * Whether a stop signal has come or the timeout has passed. For code that waits outside KVM_RUN, such as the console.
 */
bool deadlines_must_end(void);

#endif
