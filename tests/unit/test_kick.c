/* SPDX-License-Identifier: MIT */
/* What gets the vCPU out of KVM_RUN: no deadline is lost, whatever comes between the timer's signal and its kick. */
#include <criterion/criterion.h>

#include "devices/clock.h"
#include "host/kick.h"

static const uint64_t MS = 1000000;
static struct kvm_run run;

static void start(void)
{
	struct error error;

	cr_assert_eq(kick_start(&run, &error), 0);
}

/* Until the handler of a signal has run, which is in this thread. */
static bool signal_comes(void)
{
	const uint64_t limit = kick_now() + 5000 * MS;

	while (!*(volatile __u8 *)&run.immediate_exit)
		if (kick_now() > limit)
			return false;
	return true;
}

TestSuite(kick, .init = start);

Test(kick, the_alarm_is_a_kick)
{
	const uint64_t deadline = kick_now() + 2 * MS;

	kick_alarm(deadline);
	cr_assert(signal_comes());
	cr_assert(kick_now() >= deadline);
	cr_assert_eq(kick_take(), KICK_TIMER);
	cr_assert_eq(run.immediate_exit, 0);
	cr_assert_eq(kick_take(), 0);
}

/* The guest sets its timer anew in the very exit in which the old one goes off. */
Test(kick, an_alarm_set_before_the_last_is_taken_is_kept)
{
	kick_timeout(kick_now() + 100000 * MS);
	kick_alarm(kick_now() + MS);
	cr_assert(signal_comes());
	const uint64_t second = kick_now() + 20 * MS;
	kick_alarm(second);
	cr_assert_eq(kick_take(), KICK_TIMER);
	cr_assert(signal_comes(), "the second alarm never went off");
	cr_assert(kick_now() >= second);
	cr_assert(!kick_timed_out());
}

Test(kick, a_flush_set_before_the_last_alarm_is_taken_is_kept)
{
	kick_timeout(kick_now() + 100000 * MS);
	kick_alarm(kick_now() + MS);
	cr_assert(signal_comes());
	kick_alarm(CLOCK_NEVER);
	kick_flush(kick_now() + 20 * MS);
	cr_assert_eq(kick_take(), KICK_TIMER);
	cr_assert(signal_comes(), "the flush never went off");
}

Test(kick, the_timeout_outlives_alarms)
{
	kick_timeout(kick_now() + 20 * MS);
	kick_alarm(kick_now() + MS);
	cr_assert(signal_comes());
	cr_assert_eq(kick_take(), KICK_TIMER);
	cr_assert(!kick_ending());
	cr_assert(signal_comes());
	cr_assert_eq(kick_take(), KICK_TIMER);
	cr_assert(kick_timed_out());
	cr_assert(kick_ending());
}

Test(kick, input_is_a_kick)
{
	kick_input();
	cr_assert(signal_comes());
	cr_assert_eq(kick_take(), KICK_INPUT);
}
