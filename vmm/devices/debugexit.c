/* SPDX-License-Identifier: MIT */
/*
 * isa-debug-exit, as QEMU has it with iobase=0xf4,iosize=4: a write of any size to any of its ports ends
 * the run, a read gives 0. Attached by the board, which makes the exit status of the value.
 */
#include "devices/control.h"

enum { PORT_DEBUG_EXIT = 0xf4, PORTS = 4 };

static uint64_t debug_exit_read(void *owner, uint64_t offset, unsigned size)
{
	(void)owner;
	(void)offset;
	(void)size;
	return 0;
}

static void debug_exit_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	const struct control *control = owner;
	(void)offset;
	(void)size;
	control->debug_exit(control->owner, (uint32_t)value);
}

static const struct bus_device debug_exit_device = {"debug-exit", 4, debug_exit_read, debug_exit_write};

int debug_exit_attach(const struct control *control, struct bus *ports, struct error *error)
{
	return bus_add(ports, PORT_DEBUG_EXIT, PORTS, &debug_exit_device, (void *)control, error);
}
