/* SPDX-License-Identifier: MIT */
/*
 * The guest's console output on a file descriptor: one write(2) a line or 4 KiB. Text without a newline
 * is written when the guest waits (console_flush) or has been lying for PATIENCE (console_tick).
 */
#ifndef VMM_HOST_CONSOLE_H
#define VMM_HOST_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONSOLE_BUFFER_SIZE = 4096 };
#define CONSOLE_PATIENCE_NS UINT64_C(20000000)

struct console {
	int fd;
	int failure;	/* errno of the first failed write; from then on output is dropped */
	size_t length;	/* bytes in the buffer */
	uint64_t since; /* when a tick first saw what lies in the buffer; 0 = none has */
	uint64_t dropped;
	bool is_mid_line;     /* the last byte written was not a newline */
	bool (*ending)(void); /* asked while the reader does not read: whether to give up */
	char buffer[CONSOLE_BUFFER_SIZE];
};

/* `ending` may be NULL. */
void console_init(struct console *console, int fd, bool (*ending)(void));

void console_flush(struct console *console);

/* The time is `now`, in ns. */
void console_tick(struct console *console, uint64_t now);

static inline void console_put(struct console *console, uint8_t byte)
{
	console->buffer[console->length++] = (char)byte;
	if (byte == '\n' || console->length == CONSOLE_BUFFER_SIZE)
		console_flush(console);
}

#endif
