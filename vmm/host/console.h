/* SPDX-License-Identifier: MIT */
/*
 * The guest's console output, buffered before it goes to a file descriptor (host/writer.h): one write(2) for a line or
 * for 4 KiB. The devices put bytes (host/input.c). Text without a newline is written when the guest waits for an
 * interrupt or input, or after it has been in the buffer for CONSOLE_PATIENCE_NS: the run loop calls console_flush().
 */
#ifndef VMM_HOST_CONSOLE_H
#define VMM_HOST_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/writer.h"

enum { CONSOLE_BUFFER_SIZE = 4096 }; /* bytes */
#define CONSOLE_UNLIMITED UINT64_MAX
#define CONSOLE_PATIENCE_NS UINT64_C(20000000)

struct console {
	struct writer writer; /* after its first failure all output is dropped */
	size_t length;	      /* bytes in `buffer` */
	uint64_t dropped;     /* bytes that could not be written, or that were more than the limit */
	uint64_t room;	      /* bytes that may still be written; CONSOLE_UNLIMITED in effect if it is not set lower */
	bool is_mid_line;     /* the last byte written was not a newline */
	char buffer[CONSOLE_BUFFER_SIZE];
};

/* Initialises an empty console that writes to `fd`, without a limit. `must_end` is as of writer_open(). */
void console_init(struct console *console, int fd, bool (*must_end)(void));

/*
 * Writes out the buffer, waiting while the reader does not read, as long as a writer waits; what cannot be written, and
 * what is more than console->room, is counted as dropped.
 */
void console_flush(struct console *console);

/* Appends one byte; a newline, or a full buffer, flushes. */
static inline void console_put(struct console *console, uint8_t byte)
{
	console->buffer[console->length++] = (char)byte;
	if (byte == '\n' || console->length == CONSOLE_BUFFER_SIZE)
		console_flush(console);
}

#endif
