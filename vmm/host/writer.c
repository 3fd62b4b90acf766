/* SPDX-License-Identifier: MIT */
/* Writes that never block, and the waits for room between them: see writer.h. */
#include "host/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "host/descriptor.h"

enum {
	LOOK_MS = 20, /* so often a wait asks whether the run must end, since a signal may come just before poll() */
	GRACE_MS = 40,
	RETRY_MS = 1,
};

static bool is_regular(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

void writer_open(struct writer *writer, int fd, bool (*must_end)(void))
{
	const int again = descriptor_open_again(fd, O_WRONLY);

	*writer = (struct writer){
		.fd = again >= 0 ? again : fd,
		.never_blocks = again >= 0 || is_regular(fd),
		.must_end = must_end,
	};
}

/* How long the next poll() may wait, in ms; 0 = waiting is over. */
static int patience(struct writer *writer)
{
	const uint64_t now = clock_ns(CLOCK_MONOTONIC);

	if (writer->end == 0) {
		if (writer->must_end == NULL || !writer->must_end())
			return LOOK_MS;
		writer->end = now + GRACE_MS * NS_PER_MS;
	}
	return now < writer->end ? (int)((writer->end - now + NS_PER_MS - 1) / NS_PER_MS) : 0;
}

/*
 * Waits until the descriptor can be written, or, if poll() has said so and write() has not found it, for a moment: a
 * terminal may have room and yet not enough for the next character, which can be several on the line. Returns false,
 * with writer->failure, when waiting is over.
 */
static bool wait_for_room(struct writer *writer, bool is_refused)
{
	struct pollfd descriptor = {.fd = writer->fd, .events = is_refused ? 0 : POLLOUT};

	for (;;) {
		const int limit = patience(writer);
		const int ready = poll(&descriptor, 1, is_refused && limit > 0 ? RETRY_MS : limit);

		if (ready > 0 || (is_refused && limit > 0))
			return true;
		if (ready < 0 && errno != EINTR)
			writer->failure = errno;
		else if (limit == 0)
			writer->failure = EAGAIN;
		if (writer->failure != 0)
			return false;
	}
}

static size_t write_some(struct writer *writer, const char *bytes, size_t size)
{
	const size_t part = writer->never_blocks || size < PIPE_BUF ? size : PIPE_BUF;

	for (unsigned waits = writer->never_blocks ? 0 : 1;; waits++) {
		if (waits > 0 && !wait_for_room(writer, waits > 1))
			return 0;
		const ssize_t written = write(writer->fd, bytes, part);
		if (written >= 0)
			return (size_t)written;
		if (errno != EINTR && errno != EAGAIN) {
			writer->failure = errno;
			return 0;
		}
	}
}

size_t writer_write(struct writer *writer, const char *bytes, size_t size)
{
	size_t done = 0;

	while (done < size && writer->failure == 0)
		done += write_some(writer, bytes + done, size - done);
	return done;
}

const char *writer_failure(const struct writer *writer)
{
	return writer->failure == EAGAIN ? "nobody reads it" : strerror(writer->failure);
}

/* ---- stderr ---- */

static struct writer errors = {.fd = STDERR_FILENO};

/* A stream's write function returns 0 for an error (fopencookie(3)). */
static ssize_t write_stream(void *writer, const char *bytes, size_t size)
{
	const size_t written = writer_write(writer, bytes, size);

	errno = errors.failure;
	return (ssize_t)written;
}

void writer_take_stderr(bool (*must_end)(void))
{
	FILE *stream = fopencookie(&errors, "w", (cookie_io_functions_t){.write = write_stream});

	if (stream == NULL)
		return;
	writer_open(&errors, STDERR_FILENO, must_end);
	setvbuf(stream, NULL, _IOLBF, BUFSIZ);
	stderr = stream; /* the GNU C library lets a program set it */
}

void writer_note(const char *text)
{
	struct pollfd descriptor = {.fd = errors.fd, .events = POLLOUT};

	if (errors.never_blocks || poll(&descriptor, 1, 0) > 0)
		(void)!write(errors.fd, text, strlen(text));
}
