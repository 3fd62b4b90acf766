/* SPDX-License-Identifier: MIT */
/* Buffers the guest's console output: see console.h. */
#include "host/console.h"

void console_init(struct console *console, int fd, bool (*must_end)(void))
{
	writer_open(&console->writer, fd, must_end);
	console->length = 0;
	console->dropped = 0;
	console->room = CONSOLE_UNLIMITED;
	console->is_mid_line = false;
}

void console_flush(struct console *console)
{
	const size_t size = console->length < console->room ? console->length : (size_t)console->room;
	const size_t done = writer_write(&console->writer, console->buffer, size);

	console->room -= done;
	if (done > 0)
		console->is_mid_line = console->buffer[done - 1] != '\n';
	console->dropped += console->length - done;
	console->length = 0;
}
