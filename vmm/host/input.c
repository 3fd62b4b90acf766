/* SPDX-License-Identifier: MIT */
/*
 * Standard input as the serial port's chardev (see input.h), and the thread that watches it. The vCPU's thread and the
 * watcher share `state`: the fields that both use are accessed atomically.
 */
#include "host/input.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "host/keys.h"
#include "host/kick.h"
#include "host/raw_terminal.h"

/*
 * A driver that sends reads the line status once before each byte. A driver that reads the line status this many times
 * without sending a byte is therefore waiting for input.
 */
enum { POLLS_MEAN_WAITING = 4 };

enum { WATCHER_STACK = 16384 }; /* bytes, in addition to the C library's minimum */

static struct {
	struct console *console;
	unsigned polls; /* reads of the line status since the last byte sent */
	bool watching;	/* the watcher has been started */
	bool available; /* stdin has bytes to read; set by the watcher, cleared by the vCPU's thread */
	bool ended;	/* stdin is at its end; set by the watcher */
	sem_t rearm;	/* posted when the watcher is to wait for bytes again */
	bool by_keys;	/* stdin is a terminal, taken for the guest: bytes come from `keys` */
	struct keys keys;
} state;

void input_stop(void)
{
	raw_terminal_give_back();
}

/* Whether read() would return bytes now. poll() does not tell: at the end of a file or pipe it says "readable". */
static bool has_bytes(void)
{
	int count = 0;

	return ioctl(STDIN_FILENO, FIONREAD, &count) == 0 && count > 0;
}

bool input_ended(void)
{
	return __atomic_load_n(&state.ended, __ATOMIC_ACQUIRE);
}

/*
 * Reads keys as they are typed, so that ^A x ends the run even if the guest does not read. Returns at the end of stdin.
 */
static void watch_keys(void)
{
	uint8_t typed[64];
	ssize_t count;

	while ((count = read(STDIN_FILENO, typed, sizeof(typed))) > 0) {
		const enum keys_request request = keys_add(&state.keys, typed, (size_t)count);

		if (request == KEYS_END)
			kill(getpid(), SIGINT);
		else if (request == KEYS_HELP)
			fputs(KEYS_HELP_TEXT, stderr);
		kick_input();
	}
}

/* Waits for bytes each time that the vCPU's thread has posted `rearm`; reads none. Returns at the end of stdin. */
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
	/*
	 * The watcher inherits a mask of all signals, so that only the vCPU's thread handles signals; but each thread
	 * handles the SIGSYS of its own refused call (host/sandbox.c).
	 */
	sigdelset(&all, SIGSYS);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN + WATCHER_STACK);
	const int failure = pthread_create(&thread, &attributes, watch, NULL);
	pthread_attr_destroy(&attributes);
	if (failure != 0) { /* to the guest its input is at the end, so that it does not wait for ever */
		fprintf(stderr, "vmm: the guest gets no input: no thread to wait for it: %s\n", strerror(failure));
		__atomic_store_n(&state.ended, true, __ATOMIC_RELEASE);
		kick_input();
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void start_watching(void)
{
	state.watching = true;
	state.by_keys = raw_terminal_take();
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
