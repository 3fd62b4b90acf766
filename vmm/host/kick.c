/* SPDX-License-Identifier: MIT */
/* The signal handlers and the futex behind kicks: see kick.h. kick_post() runs in signal handlers. */
#include "host/kick.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/array.h"

enum { INPUT_SIGNAL = SIGUSR1 };

static const int signals[] = {KICK_TIMER_SIGNAL, INPUT_SIGNAL, SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static struct {
	struct kvm_run *run; /* of the attached vCPU; NULL = no vCPU is attached */
	uint32_t pending;    /* mask of enum kick; a futex on which the vCPU's thread sleeps */
	int stop_signal;     /* the first that came; 0 = none */
	pid_t thread;	     /* the thread that kick_input() signals */
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
	/*
	 * SA_RESTART, so that a signal of the timer does not cut short what stdio is writing. Code that may wait long
	 * uses poll(), which is never restarted.
	 */
	const struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sigset_t handled;

	state.thread = (pid_t)syscall(SYS_gettid);
	sigemptyset(&handled);
	for (unsigned i = 0; i < COUNT(signals); i++) {
		sigaddset(&handled, signals[i]);
		if (sigaction(signals[i], &action, NULL) < 0)
			return error_set(error, "cannot handle signal %d: %s", signals[i], strerror(errno));
	}
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_UNBLOCK, &handled, NULL); /* the parent process may have blocked them */
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
	/*
	 * immediate_exit is cleared first: a kick that comes between the two statements then leaves it set, so that the
	 * kick is at worst seen twice, never lost.
	 */
	if (state.run != NULL)
		state.run->immediate_exit = 0;
	return __atomic_exchange_n(&state.pending, 0, __ATOMIC_SEQ_CST);
}

void kick_wait(void)
{
	/*
	 * The kernel compares `pending` with 0 and sleeps in one atomic step, so a signal just before this call makes
	 * the call return at once.
	 */
	syscall(SYS_futex, &state.pending, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

int kick_stop_signal(void)
{
	return state.stop_signal;
}
