/* SPDX-License-Identifier: MIT */
/*
 * The debug console of Bochs and QEMU: a byte written to port 0xe9 goes to the console; a read returns 0xe9, which
 * tells a guest that the device is there. A row of devices/devices.h.
 */
#include "devices/device_model.h"

enum { PORT = 0xe9 };

static uint64_t debug_console_read(void *owner, uint64_t offset, unsigned size)
{
	(void)owner;
	(void)offset;
	(void)size;
	return PORT;
}

static void debug_console_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	const struct control *control = owner;
	(void)offset;
	(void)size;
	control->debug_byte(control->owner, (uint8_t)value);
}

static const struct device_range ranges[] = {
	{.base = PORT,
	 .length = 1,
	 .access = {"debug-console", 1, debug_console_read, debug_console_write},
	 .registers = REGISTERS({.name = "debug console", .is_text = true})},
};

const struct device debugcon_device = {
	.irq = DEVICE_NO_IRQ,
	.init = control_init,
	DEVICE_RANGES(ranges),
};
