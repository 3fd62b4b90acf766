/* SPDX-License-Identifier: MIT */
/*
 * isa-debug-exit, as QEMU has it with iobase=0xf4,iosize=4: a write of any size to any of its ports ends the run, a
 * read returns 0. The board computes the exit status from the value written. A row of devices/devices.h.
 */
#include "devices/device_model.h"

enum { PORTS = 4 };

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

static const struct device_range ranges[] = {
	{.base = 0xf4,
	 .length = PORTS,
	 .access = {"debug-exit", 4, debug_exit_read, debug_exit_write},
	 .registers = REGISTERS([PORTS - 1] = {0}, [0] = {.name = "debug exit"})},
};

const struct device debugexit_device = {
	.irq = DEVICE_NO_IRQ,
	.init = control_init,
	DEVICE_RANGES(ranges),
};
