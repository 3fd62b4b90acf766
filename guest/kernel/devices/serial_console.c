/* SPDX-License-Identifier: MIT */
/*
 * The console: COM1, a 16550A. Output goes a FIFO's worth at a time by one string instruction: the status is
 * asked for once in 16 bytes, and the bytes cost no instructions besides. Source: PC16550D datasheet.
 */
#include "kernel/devices/cpu.h"
#include "kernel/files/file.h"
#include "kernel/watch/kernel.h"
#include "kernel/lib/format.h"

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
enum { ENABLE_RECEIVED = 0x01, ENABLE_MODEM_STATUS = 0x08, SERIAL_IRQ = 4 };
enum { ID_MASK = 0x0f, ID_MODEM_STATUS = 0x00, ID_RECEIVED = 0x04, ID_TIMEOUT = 0x0c };
enum { STATUS_DATA_READY = 0x01, STATUS_TRANSMITTER_EMPTY = 0x20 };
enum { MODEM_CARRIER_CHANGED = 0x08, MODEM_CARRIER = 0x80 };

/* Real hardware takes 1.4 ms for 16 bytes at 115200 baud; beyond this the port is dead and not waited for. */
enum { POLLS_MAX = 10000 };

static bool listening;
static bool held; /* bytes wait in the receiver, because the terminal had no room */

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

/* Bytes the terminal has no room for stay where they are. */
static void receive(void)
{
	held = false;
	while (in8(LINE_STATUS) & STATUS_DATA_READY) {
		if (!terminal_has_room()) {
			held = true;
			return;
		}
		terminal_receive(in8(DATA));
	}
}

/* The other end is gone when its carrier falls, and not where the line never had one. */
static void look_at_modem(void)
{
	uint8_t status = in8(MODEM_STATUS);

	if (status & MODEM_CARRIER_CHANGED && !(status & MODEM_CARRIER))
		terminal_hang_up();
}

/*
 * Until no interrupt is pending: the controller sees edges only, so one that is left standing would be
 * the last. With bytes held it does stand, until console_listen takes them.
 */
static void take_input(void)
{
	while (!held) {
		switch (in8(INTERRUPT_ID) & ID_MASK) {
		case ID_RECEIVED:
		case ID_TIMEOUT:
			receive();
			break;
		case ID_MODEM_STATUS:
			look_at_modem();
			break;
		default:
			return;
		}
	}
}

void console_interrupt(struct trap_frame *frame)
{
	(void)frame;
	take_input();
	terminal_send_signals();
}

void console_listen(void)
{
	if (!listening) {
		listening = true;
		pic_enable(SERIAL_IRQ);
		out8(INTERRUPT_ENABLE, ENABLE_RECEIVED | ENABLE_MODEM_STATUS);
	} else if (!held || !terminal_has_room()) {
		return;
	}
	held = false;
	console_interrupt(NULL);
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
