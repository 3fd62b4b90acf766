/* SPDX-License-Identifier: MIT */
/* The console: the kernel's messages and the terminal's output, and input for the reader that has connected. */
#ifndef GUEST_KERNEL_DEVICES_SERIAL_CONSOLE_H
#define GUEST_KERNEL_DEVICES_SERIAL_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void console_init(void);
void console_write(const char *bytes, size_t size);

/* Prints a message; see lib/format.h for what the format understands. At most 255 bytes, the rest is cut. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Who takes the input: the terminal (files/dev_console.c). */
struct console_input {
	bool (*has_room)(void);
	void (*receive)(uint8_t byte);
	void (*hang_up)(void);	/* no more input will come */
	bool (*later)(void);	/* asks for console_interrupt at the next tick; false: there are no ticks */
	void (*received)(void); /* all input of an interrupt has been received; may end the current process */
};

void console_connect(const struct console_input *reader);

/* Takes input from now on, also what has waited for room. May end the current process, as console_input.received. */
void console_listen(void);

/* The handler of the serial interrupt. */
void console_interrupt(void);

#endif
