/* SPDX-License-Identifier: MIT */
#include "host/deadlines.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "host/kick.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define NS_PER_SECOND UINT64_C(1000000000)

static struct {
	uint64_t when[DEADLINE_COUNT];
	uint64_t armed; /* what the timer is set to */
	timer_t timer;
	bool has_timer;
	int failure;
} state = {
	.when = {[0 ... DEADLINE_COUNT - 1] = DEADLINE_NEVER},
	.armed = DEADLINE_NEVER,
};

uint64_t deadlines_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

static bool make_timer(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = KICK_TIMER_SIGNAL};

	event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
	state.has_timer = timer_create(CLOCK_MONOTONIC, &event, &state.timer) == 0;
	return state.has_timer;
}

static void set_timer(uint64_t deadline)
{
	struct itimerspec setting = {0}; /* all zero disarms */

	if (deadline != DEADLINE_NEVER) {
		deadline += deadline == 0;
		setting.it_value.tv_sec = (time_t)(deadline / NS_PER_SECOND);
		setting.it_value.tv_nsec = (long)(deadline % NS_PER_SECOND);
	}
	if ((!state.has_timer && !make_timer()) || timer_settime(state.timer, TIMER_ABSTIME, &setting, NULL) < 0) {
		state.failure = errno;
		kick_post(KICK_FAILURE);
	}
}

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
	return state.when[deadline] != DEADLINE_NEVER && deadlines_now() >= state.when[deadline];
}

/*
 * The one-shot timer has gone off, perhaps for a deadline that was replaced before the kick was taken: only what has
 * passed is done with.
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
			state.when[i] = DEADLINE_NEVER;
	}
	state.armed = DEADLINE_NEVER;
	arm();
	return passed;
}

int deadlines_failure(void)
{
	return state.failure;
}

bool deadlines_ending(void)
{
	return kick_stop_signal() != 0 || deadline_has_passed(DEADLINE_TIMEOUT);
}
