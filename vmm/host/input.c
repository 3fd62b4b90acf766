/* SPDX-License-Identifier: MIT */
#include "host/input.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "host/keys.h"
#include "host/kick.h"
#include "host/raw_terminal.h"

/*
 * A driver reads the line status once before each byte it sends. One that reads it this often without
 * sending anything waits for input.
 */
enum { POLLS_MEAN_WAITING = 4 };

enum { WATCHER_STACK = 16384 }; /* bytes, besides what the C library asks for */

static struct {
	struct console *console;
	unsigned polls; /* of the line status since the last byte sent */
	bool watching;
	bool available; /* set by the watcher, cleared by the vCPU thread */
	bool ended;	/* set by the watcher */
	sem_t rearm;
	bool by_keys; /* stdin is a terminal and the guest's */
	struct keys keys;
} state;

void input_stop(void)
{
	terminal_give_back();
}

/* Whether read() would give bytes now. At the end of a file or pipe poll says readable, and there are none. */
static bool has_bytes(void)
{
	int count = 0;

	return ioctl(STDIN_FILENO, FIONREAD, &count) == 0 && count > 0;
}

bool input_ended(void)
{
	return __atomic_load_n(&state.ended, __ATOMIC_ACQUIRE);
}

/* Keys are read as they are typed, so that ^A x is seen even if the guest has stopped reading. */
static void watch_keys(void)
{
	uint8_t typed[64];
	ssize_t count;

	while ((count = read(STDIN_FILENO, typed, sizeof(typed))) > 0) {
		const enum keys_wish wish = keys_add(&state.keys, typed, (size_t)count);

		if (wish == KEYS_END)
			kill(getpid(), SIGINT);
		else if (wish == KEYS_HELP)
			fputs(KEYS_HELP_TEXT, stderr);
		kick_input();
	}
}

static void watch_bytes(void)
{
	struct pollfd descriptor = {.fd = STDIN_FILENO, .events = POLLIN};

	for (;;) {
		while (sem_wait(&state.rearm) < 0)
			;
		while (poll(&descriptor, 1, -1) < 0)
			;
		if (!has_bytes())
			return;
		__atomic_store_n(&state.available, true, __ATOMIC_RELEASE);
		kick_input();
	}
}

static void *watch(void *unused)
{
	if (state.by_keys)
		watch_keys();
	else
		watch_bytes();
	__atomic_store_n(&state.ended, true, __ATOMIC_RELEASE);
	kick_input();
	return unused;
}

static void start_thread(void)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	pthread_t thread;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the vCPU thread's */
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN + WATCHER_STACK);
	pthread_create(&thread, &attributes, watch, NULL); /* without it, as with no input */
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void start_watching(void)
{
	state.watching = true;
	state.by_keys = terminal_take();
	sem_init(&state.rearm, 0, 1);
	start_thread();
}

static size_t receive(void *owner, uint8_t *bytes, size_t size)
{
	(void)owner;
	if (state.by_keys)
		return keys_take(&state.keys, bytes, size);
	if (!__atomic_load_n(&state.available, __ATOMIC_ACQUIRE))
		return 0;
	ssize_t count = has_bytes() ? read(STDIN_FILENO, bytes, size) : 0;

	if (!has_bytes()) {
		__atomic_store_n(&state.available, false, __ATOMIC_RELAXED);
		sem_post(&state.rearm);
	}
	return count < 0 ? 0 : (size_t)count;
}

static bool ready(void *owner, bool want_watch)
{
	(void)owner;
	if (want_watch || ++state.polls >= POLLS_MEAN_WAITING) {
		state.polls = 0;
		if (!state.watching)
			start_watching();
		if (!want_watch)
			console_flush(state.console);
	}
	return state.by_keys ? keys_waiting(&state.keys) : __atomic_load_n(&state.available, __ATOMIC_ACQUIRE);
}

static void transmit(void *owner, uint8_t byte)
{
	(void)owner;
	state.polls = 0;
	console_put(state.console, byte);
}

void input_start(struct chardev *chardev, struct console *console)
{
	state.console = console;
	*chardev = (struct chardev){.transmit = transmit, .receive = receive, .ready = ready};
}
