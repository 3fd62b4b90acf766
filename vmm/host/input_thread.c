/* SPDX-License-Identifier: MIT */
/* Makes the thread for input, and gives it its work: see input_thread.h. */
#include "host/input_thread.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "host/landlock.h"
#include "host/privileges.h"
#include "host/syscall_filter.h"

enum { STACK = 16384 }; /* bytes, in addition to the C library's minimum */

static struct {
	bool is_prepared, is_made;
	unsigned needs;
	int failure; /* -1: the sandbox cannot be entered, and `error` says why */
	struct error error;
	sem_t entered; /* the thread is in its sandbox, or has failed to enter it */
	sem_t work;    /* there is `run` to call */
	void (*run)(void);
} state;

static void *work(void *unused)
{
	while (sem_wait(&state.work) < 0)
		;
	state.run();
	return unused;
}

/* Each of these is of a thread, not of its process. */
static int enter(struct error *error)
{
	if (privileges_drop(error) < 0 || landlock_enter(error) < 0)
		return -1;
	return syscall_filter_load(FILTER_INPUT, state.needs, error);
}

/*
 * The thread gets a table of descriptors of its own, with the same files: as long as no thread shares the vCPU's, the
 * kernel need not count who uses the file of each KVM_RUN. A failure costs only that.
 */
static void *enter_and_work(void *unused)
{
	unshare(CLONE_FILES);
	state.failure = enter(&state.error);
	sem_post(&state.entered);
	return state.failure == 0 ? work(unused) : unused;
}

static void make_thread(void *(*start)(void *))
{
	sigset_t all, before;
	pthread_attr_t attributes;
	pthread_t thread;

	sem_init(&state.work, 0, 0);
	sigfillset(&all);
	sigdelset(&all, SIGSYS);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN + STACK);
	state.is_made = pthread_create(&thread, &attributes, start, NULL) == 0;
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void input_thread_prepare(unsigned needs)
{
	state.is_prepared = true;
	state.needs = needs;
	sem_init(&state.entered, 0, 0);
	make_thread(enter_and_work);
	if (!state.is_made)
		sem_post(&state.entered);
}

int input_thread_wait(struct error *error)
{
	while (sem_wait(&state.entered) < 0)
		;
	if (state.failure < 0)
		*error = state.error;
	return state.failure;
}

bool input_thread_run(void (*run)(void))
{
	state.run = run;
	if (!state.is_prepared)
		make_thread(work);
	sem_post(&state.work);
	return state.is_made;
}
