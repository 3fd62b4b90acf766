/* SPDX-License-Identifier: MIT */
/*
 * The debug console of Bochs and QEMU: what is written to port 0xe9 appears, and a read gives 0xe9, by
 * which a guest knows that it is there. Attached by the board.
 */
#include "devices/devices.h"

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
	.name = "debug console",
	.irq = DEVICE_NO_IRQ,
	.init = control_init,
	DEVICE_RANGES(ranges),
};
