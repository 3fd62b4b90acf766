/* SPDX-License-Identifier: MIT */
/* Unit tests of kicks, which get the vCPU out of KVM_RUN: no deadline is lost between the timer's signal and the kick.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/units.h"
#include "host/deadlines.h"
#include "host/kick.h"

static struct kvm_run run;

static void attach(void)
{
	struct error error;

	cr_assert_eq(kick_start(&error), 0);
	kick_attach(&run);
}

/* These tests may run where the parent process has signals ignored, as in the background of a script. */
static void start(void)
{
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	attach();
}

/* Waits until a signal handler has run in this thread. */
static bool signal_comes(void)
{
	const uint64_t limit = deadlines_now() + 50000 * NS_PER_MS;

	while (!*(volatile __u8 *)&run.immediate_exit)
		if (deadlines_now() > limit)
			return false;
	return true;
}

/* Takes the kick of a deadline and returns the deadlines that have passed. */
static unsigned take_passed(void)
{
	cr_assert_eq(kick_take(), KICK_DEADLINE);
	return deadlines_take();
}

/* What is said of the time before a deadline cannot be seen if this process did not run before it. */
static void expect_before(uint64_t deadline)
{
	if (deadlines_now() >= deadline)
		cr_skip("the machine was too busy");
}

enum { TICK = 1u << DEADLINE_TICK, FLUSH = 1u << DEADLINE_FLUSH, TIMEOUT = 1u << DEADLINE_TIMEOUT };

TestSuite(kick, .init = start);

Test(kick, the_alarm_is_a_kick)
{
	const uint64_t deadline = deadlines_now() + 2 * NS_PER_MS;

	deadline_set(DEADLINE_TICK, deadline);
	cr_assert(signal_comes());
	cr_assert(deadlines_now() >= deadline);
	cr_assert_eq(take_passed(), TICK);
	cr_assert_eq(run.immediate_exit, 0);
	cr_assert_eq(kick_take(), 0);
}

/* The guest sets its timer again during the exit in which the previous deadline passes. */
Test(kick, an_alarm_set_before_the_last_is_taken_is_kept)
{
	deadline_set(DEADLINE_TIMEOUT, deadlines_now() + 100000 * NS_PER_MS);
	deadline_set(DEADLINE_TICK, deadlines_now() + NS_PER_MS);
	cr_assert(signal_comes());
	const uint64_t second = deadlines_now() + 20 * NS_PER_MS;
	deadline_set(DEADLINE_TICK, second);
	const unsigned passed = take_passed();
	expect_before(second);
	cr_assert_eq(passed, 0);
	cr_assert(signal_comes(), "the second alarm never went off");
	cr_assert(deadlines_now() >= second);
	cr_assert(!deadline_has_passed(DEADLINE_TIMEOUT));
}

Test(kick, a_flush_set_before_the_last_alarm_is_taken_is_kept)
{
	deadline_set(DEADLINE_TIMEOUT, deadlines_now() + 100000 * NS_PER_MS);
	deadline_set(DEADLINE_TICK, deadlines_now() + NS_PER_MS);
	cr_assert(signal_comes());
	deadline_set(DEADLINE_TICK, CLOCK_NEVER);
	const uint64_t flush = deadlines_now() + 20 * NS_PER_MS;
	deadline_set(DEADLINE_FLUSH, flush);
	const unsigned passed = take_passed();
	expect_before(flush);
	cr_assert_eq(passed, 0);
	cr_assert(signal_comes(), "the flush never went off");
	cr_assert_eq(take_passed(), FLUSH);
}

Test(kick, the_timeout_outlives_alarms)
{
	const uint64_t timeout = deadlines_now() + 20 * NS_PER_MS;

	deadline_set(DEADLINE_TIMEOUT, timeout);
	deadline_set(DEADLINE_TICK, deadlines_now() + NS_PER_MS);
	cr_assert(signal_comes());
	const unsigned passed = take_passed();
	const bool must_end = deadlines_must_end();
	expect_before(timeout);
	cr_assert_eq(passed, TICK);
	cr_assert(!must_end);
	cr_assert(signal_comes());
	cr_assert_eq(take_passed(), TIMEOUT);
	cr_assert(deadline_has_passed(DEADLINE_TIMEOUT));
	cr_assert(deadlines_must_end());
}

Test(kick, input_is_a_kick)
{
	kick_input();
	cr_assert(signal_comes());
	cr_assert_eq(kick_take(), KICK_INPUT);
}

/* No signal goes to a detached vCPU; the next vCPU gets kicks that came in between. */
Test(kick, what_comes_while_no_vcpu_is_attached_is_kept)
{
	struct kvm_run other = {0};

	kick_detach();
	kick_input();
	cr_assert_eq(run.immediate_exit, 0);
	kick_attach(&other);
	cr_assert_eq(other.immediate_exit, 1);
	cr_assert_eq(kick_take(), KICK_INPUT);
	cr_assert_eq(other.immediate_exit, 0);
	kick_detach();
}

/* ---- vCPUs one after the other, and signals at any moment ---- */

static void raise_all(void)
{
	raise(SIGINT);
	raise(SIGALRM);
	raise(SIGUSR1);
}

/* Each vCPU is unmapped when it is detached: a handler that touched it would end this process by SIGSEGV. */
Test(kick, no_signal_touches_a_vcpu_that_was_freed)
{
	const size_t size = (size_t)sysconf(_SC_PAGESIZE);

	kick_detach();
	for (unsigned round = 0; round < 100; round++) {
		struct error error;
		struct kvm_run *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		cr_assert_neq(mapped, MAP_FAILED);
		raise_all();
		cr_assert_eq(kick_start(&error), 0);
		kick_attach(mapped);
		cr_assert_eq(mapped->immediate_exit, 1);
		raise_all();
		cr_assert_eq(kick_take(), KICK_DEADLINE | KICK_INPUT | KICK_STOP);
		kick_detach();
		munmap(mapped, size);
		raise_all();
		cr_assert_neq(kick_take(), 0);
	}
	cr_assert_eq(kick_stop_signal(), SIGINT);
}

/* ---- stop signals ---- */

Test(kick, a_stop_signal_is_a_kick)
{
	raise(SIGTERM);
	raise(SIGHUP);
	cr_assert_eq(run.immediate_exit, 1);
	cr_assert_eq(kick_take(), KICK_STOP);
	cr_assert_eq(kick_stop_signal(), SIGTERM, "the first one counts");
}

static void *stop(void *unused)
{
	kick_stop(SIGINT);
	return unused;
}

Test(kick, another_thread_may_ask_for_the_end)
{
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, stop, NULL), 0);
	pthread_join(thread, NULL);
	cr_assert(signal_comes());
	cr_assert_eq(kick_take() & KICK_STOP, KICK_STOP);
	cr_assert_eq(kick_stop_signal(), SIGINT);
}

static void interrupt_after_the_end(void)
{
	kick_detach();
	kick_finish();
	raise(SIGINT);
}

Test(kick, after_the_end_signals_end_the_program, .signal = SIGINT)
{
	interrupt_after_the_end();
}

/* ---- stop signals that the parent process had ignored ---- */

static void ignore(void)
{
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	attach();
}

TestSuite(ignored_signals, .init = ignore);

Test(ignored_signals, stay_ignored)
{
	raise(SIGHUP);
	raise(SIGINT);
	cr_assert_eq(run.immediate_exit, 0);
	cr_assert_eq(kick_stop_signal(), 0);
	kick_stop(SIGINT);
	cr_assert(signal_comes());
	cr_assert_eq(kick_stop_signal(), SIGINT, "the VMM's own key ends the run all the same");
}

Test(ignored_signals, stay_so_after_the_end)
{
	interrupt_after_the_end();
}
