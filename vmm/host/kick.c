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

static const int kick_signals[] = {KICK_TIMER_SIGNAL, INPUT_SIGNAL};
static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static struct {
	struct kvm_run *run; /* of the attached vCPU; NULL = no vCPU is attached */
	uint32_t pending;    /* mask of enum kick; a futex on which the vCPU's thread sleeps */
	int stop_signal;     /* the first that came; 0 = none */
	pid_t thread;	     /* the thread that is kicked; 0 = kick_start() has not been called */
	struct sigaction before[COUNT(stop_signals)]; /* what kick_finish() restores */
} state;

void kick_post(enum kick kick)
{
	struct kvm_run *run = __atomic_load_n(&state.run, __ATOMIC_RELAXED);

	__atomic_or_fetch(&state.pending, kick, __ATOMIC_SEQ_CST);
	if (run != NULL)
		run->immediate_exit = 1;
}

static void remember_stop(int signal)
{
	int none = 0;

	__atomic_compare_exchange_n(&state.stop_signal, &none, signal, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static void on_signal(int signal)
{
	if (signal == KICK_TIMER_SIGNAL) {
		kick_post(KICK_DEADLINE);
	} else if (signal == INPUT_SIGNAL) {
		kick_post(KICK_INPUT);
	} else {
		remember_stop(signal);
		kick_post(KICK_STOP);
	}
}

static int handle(int signal, struct error *error)
{
	/*
	 * SA_RESTART, so that a signal of the timer does not cut short what stdio is writing. Code that may wait long
	 * uses poll(), which is never restarted.
	 */
	const struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	if (sigaction(signal, &action, NULL) < 0)
		return error_set(error, "cannot handle signal %d: %s", signal, strerror(errno));
	return 0;
}

/*
 * A stop signal that the parent process had ignored stays ignored: nohup(1) and `trap '' INT` ask for that, and shells
 * do for what they start in the background.
 */
static int handle_all(struct error *error)
{
	for (unsigned i = 0; i < COUNT(kick_signals); i++)
		if (handle(kick_signals[i], error) < 0)
			return -1;
	for (unsigned i = 0; i < COUNT(stop_signals); i++) {
		sigaction(stop_signals[i], NULL, &state.before[i]);
		if (state.before[i].sa_handler != SIG_IGN && handle(stop_signals[i], error) < 0)
			return -1;
	}
	return 0;
}

int kick_start(struct error *error)
{
	sigset_t handled;

	if (state.thread == 0 && handle_all(error) < 0)
		return -1;
	state.thread = (pid_t)syscall(SYS_gettid);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&handled);
	for (unsigned i = 0; i < COUNT(kick_signals); i++)
		sigaddset(&handled, kick_signals[i]);
	for (unsigned i = 0; i < COUNT(stop_signals); i++)
		sigaddset(&handled, stop_signals[i]);
	pthread_sigmask(SIG_UNBLOCK, &handled, NULL); /* the parent process may have blocked them */
	return 0;
}

void kick_finish(void)
{
	for (unsigned i = 0; i < COUNT(stop_signals) && state.thread != 0; i++)
		sigaction(stop_signals[i], &state.before[i], NULL);
	state.thread = 0;
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

/*
 * kick_post() may touch the attached vCPU only in the kicked thread, so that thread finds KICK_STOP pending when the
 * signal for input makes it look.
 */
void kick_stop(int signal)
{
	remember_stop(signal);
	__atomic_or_fetch(&state.pending, KICK_STOP, __ATOMIC_SEQ_CST);
	kick_input();
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
	return __atomic_load_n(&state.stop_signal, __ATOMIC_RELAXED);
}
