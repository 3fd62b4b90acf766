/* SPDX-License-Identifier: MIT */
#include "host/kick.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "devices/clock.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define NS_PER_SECOND UINT64_C(1000000000)

enum { TIMER_SIGNAL = SIGALRM, INPUT_SIGNAL = SIGUSR1 };

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static struct {
	struct kvm_run *run;
	uint32_t pending; /* enum kick; a futex the vCPU thread sleeps on */
	int stop_signal;
	int failure;
	pid_t thread;
	bool has_timer;
	timer_t timer;
	uint64_t alarm, flush, timeout;
	uint64_t armed; /* what the timer is set to */
} state = {.alarm = CLOCK_NEVER, .flush = CLOCK_NEVER, .timeout = CLOCK_NEVER, .armed = CLOCK_NEVER};

uint64_t kick_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

static void post(unsigned kick)
{
	__atomic_or_fetch(&state.pending, kick, __ATOMIC_SEQ_CST);
	state.run->immediate_exit = 1;
}

static void on_signal(int signal)
{
	if (signal == TIMER_SIGNAL) {
		post(KICK_TIMER);
	} else if (signal == INPUT_SIGNAL) {
		post(KICK_INPUT);
	} else {
		if (state.stop_signal == 0)
			state.stop_signal = signal;
		post(KICK_STOP);
	}
}

static int take_over(int signal, struct error *error)
{
	/* SA_RESTART: a tick must not cut short what stdio is writing. Waits that may last use poll, which never
	 * restarts. */
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	if (sigaction(signal, &action, NULL) < 0)
		return error_set(error, "cannot handle signal %d: %s", signal, strerror(errno));
	return 0;
}

int kick_start(struct kvm_run *run, struct error *error)
{
	sigset_t taken;

	state.run = run;
	state.thread = (pid_t)syscall(SYS_gettid);
	sigemptyset(&taken);
	sigaddset(&taken, TIMER_SIGNAL);
	sigaddset(&taken, INPUT_SIGNAL);
	if (take_over(TIMER_SIGNAL, error) < 0 || take_over(INPUT_SIGNAL, error) < 0)
		return -1;
	for (unsigned i = 0; i < sizeof(stop_signals) / sizeof(*stop_signals); i++) {
		sigaddset(&taken, stop_signals[i]);
		if (take_over(stop_signals[i], error) < 0)
			return -1;
	}
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_UNBLOCK, &taken, NULL); /* a parent may have left them blocked */
	return 0;
}

static void fail(void)
{
	state.failure = errno;
	post(KICK_FAILURE);
}

static bool make_timer(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = TIMER_SIGNAL};

	event.sigev_notify_thread_id = state.thread;
	state.has_timer = timer_create(CLOCK_MONOTONIC, &event, &state.timer) == 0;
	return state.has_timer;
}

static void set_timer(uint64_t deadline)
{
	struct itimerspec setting = {0}; /* all zero disarms */

	if (deadline != CLOCK_NEVER) {
		deadline += deadline == 0;
		setting.it_value.tv_sec = (time_t)(deadline / NS_PER_SECOND);
		setting.it_value.tv_nsec = (long)(deadline % NS_PER_SECOND);
	}
	if ((!state.has_timer && !make_timer()) || timer_settime(state.timer, TIMER_ABSTIME, &setting, NULL) < 0)
		fail();
}

static void arm(void)
{
	uint64_t deadline = state.alarm < state.timeout ? state.alarm : state.timeout;

	if (state.flush < deadline)
		deadline = state.flush;
	if (deadline == state.armed)
		return;
	state.armed = deadline;
	set_timer(deadline);
}

/*
 * The one-shot timer has gone off, maybe for a deadline that was replaced before the kick was taken: only what has
 * passed is done with.
 */
static void rearm(void)
{
	const uint64_t now = kick_now();

	if (state.alarm <= now)
		state.alarm = CLOCK_NEVER;
	if (state.flush <= now)
		state.flush = CLOCK_NEVER;
	state.armed = CLOCK_NEVER;
	arm();
}

void kick_alarm(uint64_t deadline)
{
	state.alarm = deadline;
	arm();
}

void kick_flush(uint64_t deadline)
{
	state.flush = deadline;
	arm();
}

void kick_timeout(uint64_t deadline)
{
	state.timeout = deadline;
	arm();
}

void kick_input(void)
{
	syscall(SYS_tgkill, getpid(), state.thread, INPUT_SIGNAL);
}

unsigned kick_take(void)
{
	/* In this order: a kick that comes in between leaves immediate_exit set, and is at worst seen twice. */
	state.run->immediate_exit = 0;
	unsigned kicks = __atomic_exchange_n(&state.pending, 0, __ATOMIC_SEQ_CST);

	if (kicks & KICK_TIMER)
		rearm();
	return kicks;
}

void kick_wait(void)
{
	/* The kernel compares and sleeps in one step: a signal before it has made `pending` non-zero. */
	syscall(SYS_futex, &state.pending, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

bool kick_timed_out(void)
{
	return state.timeout != CLOCK_NEVER && kick_now() >= state.timeout;
}

bool kick_ending(void)
{
	return state.stop_signal != 0 || kick_timed_out();
}

int kick_stop_signal(void)
{
	return state.stop_signal;
}

int kick_failure(void)
{
	return state.failure;
}
