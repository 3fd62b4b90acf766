/* SPDX-License-Identifier: MIT */
/* Buffers and writes the guest's console output: see console.h. */
#include "host/console.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

void console_init(struct console *console, int fd, bool (*must_end)(void))
{
	console->fd = fd;
	console->failure = 0;
	console->length = 0;
	console->since = 0;
	console->dropped = 0;
	console->room = CONSOLE_UNLIMITED;
	console->is_mid_line = false;
	console->must_end = must_end;
}

/*
 * Waits until the descriptor can be written. Signals interrupt poll(), so a run that must end does not hang here when
 * nobody reads. Returns false, with errno, when the output must be given up.
 */
static bool wait_writable(const struct console *console)
{
	struct pollfd descriptor = {.fd = console->fd, .events = POLLOUT};

	while (poll(&descriptor, 1, -1) < 0) {
		if (errno != EINTR || (console->must_end != NULL && console->must_end()))
			return false;
	}
	return true;
}

static size_t write_some(struct console *console, const char *bytes, size_t size)
{
	if (console->failure != 0)
		return 0;
	if (!wait_writable(console)) {
		console->failure = errno;
		return 0;
	}
	ssize_t written = write(console->fd, bytes, size);
	if (written < 0 && errno != EINTR && errno != EAGAIN)
		console->failure = errno;
	return written < 0 ? 0 : (size_t)written;
}

void console_flush(struct console *console)
{
	const size_t size = console->length < console->room ? console->length : (size_t)console->room;
	size_t done = 0;

	while (done < size && console->failure == 0)
		done += write_some(console, console->buffer + done, size - done);
	console->room -= done;
	if (done > 0)
		console->is_mid_line = console->buffer[done - 1] != '\n';
	console->dropped += console->length - done;
	console->length = 0;
	console->since = 0;
}

void console_tick(struct console *console, uint64_t now)
{
	if (console->length == 0)
		return;
	if (console->since == 0)
		console->since = now;
	else if (now - console->since >= CONSOLE_PATIENCE_NS)
		console_flush(console);
}
