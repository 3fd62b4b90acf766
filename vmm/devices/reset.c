/* SPDX-License-Identifier: MIT */
/*
 * The three ways in which a guest resets a PC: the keyboard controller's reset pulse (0x64), the chipset's reset
 * control (0xcf9) and fast reset (0x92, which also has the A20 gate). A row of devices/devices.h. Source: Intel 8042
 * and 82371AB (PIIX4) datasheets.
 */
#include "devices/device_model.h"

enum {
	PCI_PORTS = 4,
	PCI_RESET_CONTROL = 1, /* 0xcf9 */
};

enum {
	KEYBOARD_PULSE_RESET = 0xfe,
	RESET_CONTROL_NOW = 0x06, /* RCPU (reset now) and SRST (hard reset) */
	PORT_A_RESET = 0x01,
	PORT_A_A20 = 0x02,
};

/* Status 0: no data, and the input buffer is empty, so a guest that waits until it may send a command goes on. */
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
 * Only a byte access reaches reset control. A wider access reaches the PCI configuration address (0xcf8), whose second
 * byte must not reset the machine. There is no PCI bus, so everything else here reads as all ones.
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

/* The A20 gate always reads as open, because the vCPU's address line 20 cannot be masked. */
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
	.irq = DEVICE_NO_IRQ,
	.init = control_init,
	DEVICE_RANGES(ranges),
};
