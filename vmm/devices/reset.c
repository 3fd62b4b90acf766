/* SPDX-License-Identifier: MIT */
/*
 * The three ways a PC guest resets itself: the keyboard controller's pulse (0x64), the chipset's reset
 * control (0xcf9) and fast reset (0x92, which also has the A20 gate). Attached by the board.
 * Source: Intel 8042 and 82371AB (PIIX4) datasheets.
 */
#include "devices/devices.h"

enum {
	PCI_PORTS = 4,
	PCI_RESET_CONTROL = 1, /* 0xcf9 */
};

enum {
	KEYBOARD_PULSE_RESET = 0xfe,
	RESET_CONTROL_NOW = 0x06, /* reset CPU, by a hard reset */
	PORT_A_RESET = 0x01,
	PORT_A_A20 = 0x02,
};

/* Status 0: no data, and the input buffer is empty, so that a guest that waits to send a command may. */
static uint64_t keyboard_read(void *owner, uint64_t offset, unsigned size)
{
	(void)owner;
	(void)offset;
	(void)size;
	return 0;
}

static void keyboard_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	const struct control *control = owner;
	(void)offset;
	(void)size;
	if (value == KEYBOARD_PULSE_RESET)
		control->reset(control->owner);
}

/*
 * Reset control exists for byte accesses alone; a wider one is the PCI configuration address, which must
 * not reset the machine by what its second byte happens to be. There is no PCI: the rest reads all ones.
 */
static bool is_reset_control(uint64_t offset, unsigned size)
{
	return offset == PCI_RESET_CONTROL && size == 1;
}

static uint64_t pci_read(void *owner, uint64_t offset, unsigned size)
{
	(void)owner;
	return is_reset_control(offset, size) ? 0 : UINT64_MAX;
}

static void pci_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	const struct control *control = owner;
	if (is_reset_control(offset, size) && (value & RESET_CONTROL_NOW) == RESET_CONTROL_NOW)
		control->reset(control->owner);
}

/* A20 cannot be closed: the vCPU's address line 20 is always open. */
static uint64_t port_a_read(void *owner, uint64_t offset, unsigned size)
{
	(void)owner;
	(void)offset;
	(void)size;
	return PORT_A_A20;
}

static void port_a_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	const struct control *control = owner;
	(void)offset;
	(void)size;
	if (value & PORT_A_RESET)
		control->reset(control->owner);
}

static const struct device_range ranges[] = {
	{.base = 0x64,
	 .length = 1,
	 .access = {"keyboard-reset", 1, keyboard_read, keyboard_write},
	 .registers = REGISTERS({.name = "keyboard status", .written = "keyboard command"})},
	{.base = 0xcf8,
	 .length = PCI_PORTS,
	 .access = {"reset-control", 4, pci_read, pci_write},
	 .registers = REGISTERS([PCI_PORTS - 1] = {0}, [0] = {.name = "PCI address"},
				[PCI_RESET_CONTROL] = {.name = "reset control"})},
	{.base = 0x92,
	 .length = 1,
	 .access = {"fast-reset", 1, port_a_read, port_a_write},
	 .registers = REGISTERS({.name = "fast reset"})},
};

const struct device reset_device = {
	.name = "reset",
	.irq = DEVICE_NO_IRQ,
	.init = control_init,
	DEVICE_RANGES(ranges),
};
