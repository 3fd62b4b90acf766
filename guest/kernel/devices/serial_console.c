/* SPDX-License-Identifier: MIT */
/*
 * The console: COM1, a 16550A. Output is written 16 bytes at a time, as many as the FIFO holds, by one string
 * instruction, so the status is read once in 16 bytes. Source: PC16550D datasheet.
 */
#include "kernel/devices/serial_console.h"

#include <stdarg.h>

#include "kernel/devices/instructions.h"
#include "kernel/devices/interrupt_controller.h"
#include "kernel/lib/format.h"
#include "kernel/watch/counters.h"

enum {
	COM1 = 0x3f8,
	DATA = COM1,
	INTERRUPT_ENABLE = COM1 + 1,
	INTERRUPT_ID = COM1 + 2, /* read */
	FIFO_CONTROL = COM1 + 2, /* write */
	LINE_CONTROL = COM1 + 3,
	MODEM_CONTROL = COM1 + 4,
	LINE_STATUS = COM1 + 5,
	MODEM_STATUS = COM1 + 6,
};

enum { FIFO_SIZE = 16, FIFO_ON_AND_CLEAR = 0x07, EIGHT_BITS = 0x03, DTR_RTS_OUT2 = 0x0b };
enum { ENABLE_RECEIVED = 0x01, ENABLE_MODEM_STATUS = 0x08 };
enum { ID_MASK = 0x0f, ID_MODEM_STATUS = 0x00, ID_RECEIVED = 0x04, ID_TIMEOUT = 0x0c };
enum { STATUS_DATA_READY = 0x01, STATUS_TRANSMITTER_EMPTY = 0x20 };
enum { MODEM_CARRIER_CHANGED = 0x08, MODEM_CARRIER = 0x80 };

/* Real hardware takes 1.4 ms for 16 bytes at 115200 baud. After so many polls the port counts as dead. */
enum { POLLS_MAX = 10000 };

static const struct console_input *input;
static bool listening;
static bool held; /* bytes wait in the receiver, because the reader had no room */
static bool more; /* bytes wait in the receiver, because BYTES_MAX were taken at once */

/*
 * Input that is dropped or edited away never fills the reader's room, so input without an end would otherwise never let
 * a process go on. The next tick, or the reader, goes on where this ends.
 */
enum { BYTES_MAX = 64 };

void console_init(void)
{
	out8(LINE_CONTROL, EIGHT_BITS);
	out8(FIFO_CONTROL, FIFO_ON_AND_CLEAR);
	out8(MODEM_CONTROL, DTR_RTS_OUT2);
}

void console_connect(const struct console_input *reader)
{
	input = reader;
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

/* Bytes that the reader has no room for stay in the receiver, and so do those beyond the `most`. */
static void receive(unsigned *most)
{
	held = false;
	while (in8(LINE_STATUS) & STATUS_DATA_READY) {
		if (!input->has_room()) {
			held = true;
			return;
		}
		if (*most == 0 && input->later()) {
			more = true;
			return;
		}
		if (*most > 0)
			--*most;
		input->receive(in8(DATA));
	}
}

/* The other end has gone when the carrier falls. A line that never had a carrier does not count. */
static void look_at_modem(void)
{
	uint8_t status = in8(MODEM_STATUS);

	if (status & MODEM_CARRIER_CHANGED && !(status & MODEM_CARRIER))
		input->hang_up();
}

/*
 * Takes input until no interrupt is pending. The interrupt controller sees edges only, so after an interrupt that was
 * left pending there would be no other. With bytes held it is left pending, until console_listen takes them; with more
 * bytes than are taken at once, until the next tick. Without ticks all are taken at once: no process is promised time.
 */
static void take_input(void)
{
	unsigned most = BYTES_MAX;

	more = false;
	while (!held && !more) {
		switch (in8(INTERRUPT_ID) & ID_MASK) {
		case ID_RECEIVED:
		case ID_TIMEOUT:
			receive(&most);
			break;
		case ID_MODEM_STATUS:
			look_at_modem();
			break;
		default:
			return;
		}
	}
}

static void take_all_input(void)
{
	take_input();
	input->received();
}

void console_interrupt(void)
{
	serial_interrupts++;
	take_all_input();
}

void console_listen(void)
{
	if (!listening) {
		listening = true;
		pic_enable(SERIAL_IRQ);
		out8(INTERRUPT_ENABLE, ENABLE_RECEIVED | ENABLE_MODEM_STATUS);
	} else if (!more && (!held || !input->has_room())) {
		return;
	}
	held = false;
	take_all_input();
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
