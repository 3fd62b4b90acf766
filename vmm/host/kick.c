/* SPDX-License-Identifier: MIT */
#include "host/kick.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { INPUT_SIGNAL = SIGUSR1 };

static const int signals[] = {KICK_TIMER_SIGNAL, INPUT_SIGNAL, SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static struct {
	struct kvm_run *run; /* of the attached vCPU; NULL = none is */
	uint32_t pending;    /* enum kick; a futex the vCPU's thread sleeps on */
	int stop_signal;
	pid_t thread;
} state;

void kick_post(enum kick kick)
{
	struct kvm_run *run = __atomic_load_n(&state.run, __ATOMIC_RELAXED);

	__atomic_or_fetch(&state.pending, kick, __ATOMIC_SEQ_CST);
	if (run != NULL)
		run->immediate_exit = 1;
}

static void on_signal(int signal)
{
	if (signal == KICK_TIMER_SIGNAL) {
		kick_post(KICK_DEADLINE);
	} else if (signal == INPUT_SIGNAL) {
		kick_post(KICK_INPUT);
	} else {
		if (state.stop_signal == 0)
			state.stop_signal = signal;
		kick_post(KICK_STOP);
	}
}

int kick_start(struct error *error)
{
	/* SA_RESTART: a tick must not cut short what stdio is writing. Waits that may last use poll, which never
	 * restarts. */
	const struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sigset_t taken;

	state.thread = (pid_t)syscall(SYS_gettid);
	sigemptyset(&taken);
	for (unsigned i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		sigaddset(&taken, signals[i]);
		if (sigaction(signals[i], &action, NULL) < 0)
			return error_set(error, "cannot handle signal %d: %s", signals[i], strerror(errno));
	}
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_UNBLOCK, &taken, NULL); /* a parent may have left them blocked */
	return 0;
}

void kick_attach(struct kvm_run *run)
{
	__atomic_store_n(&state.run, run, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&state.pending, __ATOMIC_SEQ_CST) != 0)
		run->immediate_exit = 1;
}

void kick_detach(void)
{
	__atomic_store_n(&state.run, NULL, __ATOMIC_SEQ_CST);
}

void kick_input(void)
{
	syscall(SYS_tgkill, getpid(), state.thread, INPUT_SIGNAL);
}

unsigned kick_take(void)
{
	/* In this order: a kick that comes in between leaves immediate_exit set, and is at worst seen twice. */
	if (state.run != NULL)
		state.run->immediate_exit = 0;
	return __atomic_exchange_n(&state.pending, 0, __ATOMIC_SEQ_CST);
}

void kick_wait(void)
{
	/* The kernel compares and sleeps in one step: a signal before it has made `pending` non-zero. */
	syscall(SYS_futex, &state.pending, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

int kick_stop_signal(void)
{
	return state.stop_signal;
}
