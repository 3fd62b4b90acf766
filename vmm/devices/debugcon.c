/* SPDX-License-Identifier: MIT */
/*
 * The debug console of Bochs and QEMU: what is written to port 0xe9 appears, and a read gives 0xe9, by
 * which a guest knows that it is there. Attached by the board.
 */
#include "devices/control.h"

enum { PORT_DEBUG_CONSOLE = 0xe9 };

static uint64_t debug_console_read(void *owner, uint64_t offset, unsigned size)
{
	(void)owner;
	(void)offset;
	(void)size;
	return PORT_DEBUG_CONSOLE;
}

static void debug_console_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	const struct control *control = owner;
	(void)offset;
	(void)size;
	control->debug_byte(control->owner, (uint8_t)value);
}

static const struct bus_device debug_console_device = {"debug-console", 1, debug_console_read, debug_console_write};

int debug_console_attach(const struct control *control, struct bus *ports, struct error *error)
{
	return bus_add(ports, PORT_DEBUG_CONSOLE, 1, &debug_console_device, (void *)control, error);
}
