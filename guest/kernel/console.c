/* SPDX-License-Identifier: MIT */
/*
 * The console: COM1, a 16550A. Output goes a FIFO's worth at a time by one string instruction, so that a
 * line of text costs a few exits and not one a character. Source: PC16550D datasheet.
 */
#include "kernel/cpu.h"
#include "kernel/kernel.h"
#include "kernel/lib/format.h"
#include "kernel/lib/list.h"
#include "kernel/process.h"

enum {
	COM1 = 0x3f8,
	DATA = COM1,
	INTERRUPT_ENABLE = COM1 + 1,
	FIFO_CONTROL = COM1 + 2,
	LINE_CONTROL = COM1 + 3,
	MODEM_CONTROL = COM1 + 4,
	LINE_STATUS = COM1 + 5,
};

enum { FIFO_SIZE = 16, FIFO_ON_AND_CLEAR = 0x07, EIGHT_BITS = 0x03, DTR_RTS_OUT2 = 0x0b, RECEIVED = 0x01 };
enum { STATUS_DATA_READY = 0x01, STATUS_TRANSMITTER_EMPTY = 0x20, SERIAL_IRQ = 4 };

/* Real hardware takes 1.4 ms for 16 bytes at 115200 baud; beyond this the port is dead and not waited for. */
enum { POLLS_MAX = 10000 };

static struct list readers = {&readers, &readers};
static bool receiving;

void console_init(void)
{
	out8(LINE_CONTROL, EIGHT_BITS);
	out8(FIFO_CONTROL, FIFO_ON_AND_CLEAR);
	out8(MODEM_CONTROL, DTR_RTS_OUT2);
}

void console_write(const char *bytes, size_t size)
{
	while (size > 0) {
		size_t part = size < FIFO_SIZE ? size : FIFO_SIZE;
		for (unsigned polls = 0; !(in8(LINE_STATUS) & STATUS_TRANSMITTER_EMPTY) && polls < POLLS_MAX; polls++)
			;
		out8_string(DATA, bytes, part);
		bytes += part;
		size -= part;
	}
}

size_t console_read(char *bytes, size_t size)
{
	size_t got = 0;

	if (!receiving) {
		receiving = true;
		pic_enable(SERIAL_IRQ);
		out8(INTERRUPT_ENABLE, RECEIVED);
	}
	while (got < size && in8(LINE_STATUS) & STATUS_DATA_READY)
		bytes[got++] = (char)in8(DATA);
	if (got == 0)
		list_append(&readers, &current->queue);
	return got;
}

/* The data stays where it is: the reader that wakes up takes it. */
void console_interrupt(void)
{
	while (!list_empty(&readers))
		process_wake(list_entry(readers.next, struct process, queue));
}

void print(const char *format, ...)
{
	char line[256];
	va_list arguments;

	va_start(arguments, format);
	size_t length = format_text(line, sizeof(line), format, arguments);
	va_end(arguments);
	console_write(line, length);
}
