/* SPDX-License-Identifier: MIT */
/*
 * Standard input as the serial port's chardev (see input.h), and the thread that watches it. The vCPU's thread and the
 * watcher share `state`: the fields that both use are accessed atomically.
 */
#include "host/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file_status.h"
#include "host/descriptor.h"
#include "host/input_thread.h"
#include "host/keys.h"
#include "host/kick.h"
#include "host/raw_terminal.h"
#include "host/writer.h"

/*
 * A driver that sends reads the line status once before each byte. A driver that reads the line status this many times
 * without sending a byte is therefore waiting for input.
 */
enum { POLLS_MEAN_WAITING = 4 };

enum {
	READ_SIZE = 1024,  /* bytes that the watcher reads at a time */
	STALL_SECONDS = 1, /* a guest that leaves the queue full for so long does not read */
	LENT_MS = 100,	   /* so often the watcher asks whether this process is in the foreground again */
};

#define NULL_DEVICE makedev(1, 3) /* devices.txt in the admin guide of Linux */

#define STALL_TEXT "\nvmm: the guest does not read what is typed, and some of it is lost; ^A x ends the run\n"
#define NO_THREAD_TEXT "vmm: the guest gets no input: no thread to wait for it\n"

/* How bytes come from stdin. */
enum source {
	SOURCE_FILE,   /* never waits: the vCPU's thread reads; what there is, size and offset of the file tell */
	SOURCE_STREAM, /* a pipe, a socket, a foreign terminal: the vCPU's thread reads; FIONREAD tells what there is */
	SOURCE_DEVICE, /* nothing tells what there is: the watcher reads ahead */
	SOURCE_KEYS,   /* the terminal, taken for the guest: the watcher reads keys as they are typed */
};

static struct {
	struct console *console;
	int fd;		  /* stdin, or the same once more, which does not block */
	unsigned polls;	  /* reads of the line status since the last byte sent */
	bool waits;	  /* input may have to be waited for, by the watcher: stdin is no file */
	bool watching;	  /* the watcher has been started, or need not be */
	bool available;	  /* stdin has bytes to read; set by the watcher, cleared by the vCPU's thread */
	bool ended;	  /* stdin is at its end; set by the watcher */
	bool wants_room;  /* the watcher waits until bytes are taken from the queue */
	sem_t rearm;	  /* posted when the watcher is to wait for bytes again, or there is room in the queue */
	uint32_t stalled; /* what keys.taken was when the guest had not read for STALL_SECONDS */
	bool has_stalled;
	enum source source;
	struct keys keys; /* of SOURCE_KEYS and SOURCE_DEVICE */
} state;

static bool is_queued(void)
{
	return state.source == SOURCE_KEYS || state.source == SOURCE_DEVICE;
}

void input_stop(void)
{
	raw_terminal_give_back();
}

static bool file_has_bytes(void)
{
	struct stat status;

	return file_status(state.fd, &status) == 0 && S_ISREG(status.st_mode) &&
	       lseek(state.fd, 0, SEEK_CUR) < status.st_size;
}

/* Whether stdin is a file or /dev/null. A file of /proc that has bytes, though its size is 0, counts as a device. */
static bool is_file(void)
{
	struct stat status;
	char byte;

	if (file_has_bytes())
		return true;
	return file_status(state.fd, &status) == 0 &&
	       (S_ISREG(status.st_mode) || (S_ISCHR(status.st_mode) && status.st_rdev == NULL_DEVICE)) &&
	       pread(state.fd, &byte, 1, lseek(state.fd, 0, SEEK_CUR)) == 0;
}

/* Whether read() would return bytes now. poll() does not tell: at the end of a file or pipe it says "readable". */
static bool has_bytes(void)
{
	int count = 0;

	if (state.source == SOURCE_FILE)
		return file_has_bytes(); /* FIONREAD is an int, and a file can have more bytes */
	return ioctl(state.fd, FIONREAD, &count) == 0 && count > 0;
}

static enum source find_source(void)
{
	int count;

	if (raw_terminal_take())
		return SOURCE_KEYS;
	if (!state.waits)
		return SOURCE_FILE;
	struct stat status;
	if (file_status(state.fd, &status) == 0 && !S_ISREG(status.st_mode) && ioctl(state.fd, FIONREAD, &count) == 0)
		return SOURCE_STREAM;
	return SOURCE_DEVICE;
}

bool input_ended(void)
{
	return __atomic_load_n(&state.ended, __ATOMIC_ACQUIRE) && !(is_queued() && keys_waiting(&state.keys));
}

/* ---- the watcher ---- */

static bool has_room(void)
{
	return keys_room(&state.keys) > READ_SIZE; /* with one to spare, for a ^A that was held back */
}

/* Waits until the guest takes bytes, or for STALL_SECONDS. Returns whether it has taken some since `taken`. */
static bool bytes_are_taken(uint32_t taken)
{
	struct timespec limit;

	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += STALL_SECONDS;
	__atomic_store_n(&state.wants_room, true, __ATOMIC_SEQ_CST);
	if (!has_room())
		sem_timedwait(&state.rearm, &limit);
	return __atomic_load_n(&state.keys.taken, __ATOMIC_ACQUIRE) != taken;
}

/*
 * Waits until the queue has room. If the guest does not read, keys are read all the same and lost, because ^A x may be
 * among them.
 */
static void wait_for_room(void)
{
	while (!has_room()) {
		const uint32_t taken = __atomic_load_n(&state.keys.taken, __ATOMIC_ACQUIRE);

		if (state.has_stalled && state.stalled == taken)
			return;
		if (!bytes_are_taken(taken) && state.source == SOURCE_KEYS) {
			state.stalled = taken;
			state.has_stalled = true;
			writer_note(STALL_TEXT);
		}
	}
}

/* Waits until there is something to read: from a terminal only while this process is in the foreground. */
static void wait_for_bytes(void)
{
	struct pollfd descriptor = {.fd = state.fd, .events = POLLIN};

	for (;;) {
		if (state.source == SOURCE_KEYS && raw_terminal_is_lent())
			poll(NULL, 0, LENT_MS); /* a shell sends no signal when it gives the terminal back */
		else if (poll(&descriptor, 1, -1) > 0)
			return;
	}
}

/* After read(): whether to read again. A terminal can be lost to others, or its bytes, between poll() and read(). */
static bool goes_on(ssize_t count)
{
	return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN ||
					   (state.source == SOURCE_KEYS && raw_terminal_is_lent())));
}

/* Reads ahead, keys as they are typed, so that ^A x ends the run even if the guest does not read. Returns at the end.
 */
static void watch_queue(void)
{
	uint8_t typed[READ_SIZE];
	ssize_t count;

	do {
		wait_for_room();
		wait_for_bytes();
		count = read(state.fd, typed, sizeof(typed));
		if (count <= 0)
			continue;
		const enum keys_request request = keys_add(&state.keys, typed, (size_t)count);
		if (request == KEYS_END)
			kick_stop(SIGINT);
		else if (request == KEYS_HELP)
			writer_note(KEYS_HELP_TEXT);
		kick_input();
	} while (goes_on(count));
}

/* Waits for bytes each time that the vCPU's thread has posted `rearm`; reads none. Returns at the end of stdin. */
static void watch_bytes(void)
{
	struct pollfd descriptor = {.fd = state.fd, .events = POLLIN};

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

/*
 * The signals that the watcher handles: faults and refused calls (host/sandbox.c) of its own, and those of the
 * terminal. All others are for the vCPU's thread.
 */
static void mask_signals(void)
{
	static const int own[] = {SIGSYS, SIGSEGV, SIGBUS, SIGILL, SIGFPE};
	sigset_t mask;

	sigfillset(&mask);
	for (unsigned i = 0; i < COUNT(own); i++)
		sigdelset(&mask, own[i]);
	if (state.source == SOURCE_KEYS) {
		sigdelset(&mask, SIGTSTP);
		sigdelset(&mask, SIGCONT);
	}
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

static void end_input(void)
{
	__atomic_store_n(&state.ended, true, __ATOMIC_RELEASE);
	kick_input();
}

static void watch(void)
{
	mask_signals();
	if (is_queued())
		watch_queue();
	else
		watch_bytes();
	end_input();
}

/* A file needs no watcher, and a run without a second thread begins and ends sooner. */
static void start_reading(void)
{
	state.available = file_has_bytes();
	if (!state.available)
		end_input();
}

static void start_watching(void)
{
	state.watching = true;
	state.source = find_source();
	if (state.source == SOURCE_FILE) {
		start_reading();
		return;
	}
	state.keys.is_plain = state.source == SOURCE_DEVICE;
	sem_init(&state.rearm, 0, is_queued() ? 0 : 1);
	if (!input_thread_run(watch)) { /* to the guest its input is at the end, so that it does not wait for ever */
		writer_note(NO_THREAD_TEXT);
		end_input();
	} else if (state.source == SOURCE_KEYS) {
		sigset_t terminal;

		raw_terminal_signals(&terminal);
		pthread_sigmask(SIG_BLOCK, &terminal, NULL); /* they are the watcher's */
	}
}

/* ---- the chardev ---- */

static size_t receive_queued(uint8_t *bytes, size_t size)
{
	const size_t count = keys_take(&state.keys, bytes, size);

	if (__atomic_exchange_n(&state.wants_room, false, __ATOMIC_SEQ_CST))
		sem_post(&state.rearm);
	if (__atomic_load_n(&state.ended, __ATOMIC_ACQUIRE) && !keys_waiting(&state.keys))
		kick_input(); /* the end that input_ended() tells comes only now */
	return count;
}

static size_t receive(void *owner, uint8_t *bytes, size_t size)
{
	(void)owner;
	if (is_queued())
		return receive_queued(bytes, size);
	if (!__atomic_load_n(&state.available, __ATOMIC_ACQUIRE))
		return 0;
	ssize_t count = has_bytes() ? read(state.fd, bytes, size) : 0;

	if (!has_bytes()) {
		__atomic_store_n(&state.available, false, __ATOMIC_RELAXED);
		if (state.source == SOURCE_FILE)
			end_input();
		else
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
	return is_queued() ? keys_waiting(&state.keys) : __atomic_load_n(&state.available, __ATOMIC_ACQUIRE);
}

static void transmit(void *owner, uint8_t byte)
{
	(void)owner;
	state.polls = 0;
	console_put(state.console, byte);
}

void input_start(struct chardev *chardev, struct console *console)
{
	const int again = descriptor_open_again(STDIN_FILENO, O_RDONLY);

	state.console = console;
	state.fd = again >= 0 ? again : STDIN_FILENO;
	state.waits = !is_file();
	*chardev = (struct chardev){.transmit = transmit, .receive = receive, .ready = ready};
}

bool input_waits(void)
{
	return state.waits;
}
