/* SPDX-License-Identifier: MIT */
/* The table of deadlines and the POSIX timer that is always set to the earliest of them: see deadlines.h. */
#include "host/deadlines.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "host/kick.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static struct {
	uint64_t when[DEADLINE_COUNT];
	uint64_t armed; /* the deadline that the timer is set to */
	timer_t timer;
	bool has_timer;
	int failure; /* errno of the last refusal; 0 = none */
} state = {
	.when = {[0 ... DEADLINE_COUNT - 1] = CLOCK_NEVER},
	.armed = CLOCK_NEVER,
};

uint64_t deadlines_now(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

void deadlines_prepare(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = KICK_TIMER_SIGNAL};

	event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
	state.has_timer = timer_create(CLOCK_MONOTONIC, &event, &state.timer) == 0;
	if (!state.has_timer)
		state.failure = errno;
}

static void set_timer(uint64_t deadline)
{
	struct itimerspec setting = {0}; /* an it_value of zero disarms the timer */

	if (deadline != CLOCK_NEVER) {
		deadline += deadline == 0; /* 0 ns would disarm it too */
		setting.it_value.tv_sec = (time_t)(deadline / NS_PER_SECOND);
		setting.it_value.tv_nsec = (long)(deadline % NS_PER_SECOND);
	}
	if (!state.has_timer && state.failure == 0)
		deadlines_prepare();
	if (state.has_timer && timer_settime(state.timer, TIMER_ABSTIME, &setting, NULL) < 0)
		state.failure = errno;
	if (state.failure != 0)
		kick_post(KICK_FAILURE);
}

/* Sets the timer to the earliest deadline, unless it is set to that one already. */
static void arm(void)
{
	uint64_t earliest = state.when[0];

	for (unsigned i = 1; i < DEADLINE_COUNT; i++)
		earliest = state.when[i] < earliest ? state.when[i] : earliest;
	if (earliest == state.armed)
		return;
	state.armed = earliest;
	set_timer(earliest);
}

void deadline_set(enum deadline deadline, uint64_t when)
{
	state.when[deadline] = when;
	arm();
}

bool deadline_has_passed(enum deadline deadline)
{
	return state.when[deadline] != CLOCK_NEVER && deadlines_now() >= state.when[deadline];
}

/*
 * The one-shot timer has gone off, possibly for a deadline that was replaced before this call; only deadlines that have
 * really passed are reported.
 */
unsigned deadlines_take(void)
{
	const uint64_t now = deadlines_now();
	unsigned passed = 0;

	for (unsigned i = 0; i < DEADLINE_COUNT; i++) {
		if (state.when[i] > now)
			continue;
		passed |= 1u << i;
		if (i != DEADLINE_TIMEOUT)
			state.when[i] = CLOCK_NEVER;
	}
	state.armed = CLOCK_NEVER;
	arm();
	return passed;
}

static uint64_t clock_now(void *owner)
{
	(void)owner;
	return deadlines_now();
}

static void clock_alarm(void *owner, uint64_t deadline)
{
	(void)owner;
	deadline_set(DEADLINE_TICK, deadline);
}

static uint64_t time_of_day(void *owner)
{
	(void)owner;
	return clock_ns(CLOCK_REALTIME);
}

const struct clock deadlines_clock = {clock_now, clock_alarm, NULL, time_of_day};

int deadlines_failure(void)
{
	return state.failure;
}

bool deadlines_must_end(void)
{
	return kick_stop_signal() != 0 || deadline_has_passed(DEADLINE_TIMEOUT);
}
