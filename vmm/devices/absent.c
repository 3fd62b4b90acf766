/* SPDX-License-Identifier: MIT */
/* The table of absent devices: see absent.h. */
#include "devices/absent.h"

#include <stddef.h>

#include "base/array.h"

#define KERNEL_IRQCHIP "try --irqchip=kernel"
#define NO_DISK "there is no disk; -i gives the guest an archive in memory"
#define NO_SCREEN "there is no screen; output goes to COM1 (0x3f8) or port 0xe9"

/* clang-format off */
static const struct absent_device rows[] = {
	{true, 0xfee00000, 0x1000, "local APIC", KERNEL_IRQCHIP},
	{true, 0xfec00000, 0x1000, "I/O APIC", KERNEL_IRQCHIP},
	{true, 0xfed00000, 0x400, "HPET", "the timer is the 8254 (0x40)"},
	{true, 0xe0000000, 0x10000000, "PCI configuration", "there is no PCI bus"},
	{false, 0x00, 0x20, "DMA controller", "there is no DMA"},
	{false, 0x60, 1, "keyboard", "input comes from COM1 (0x3f8)"},
	{false, 0x70, 2, "real-time clock (CMOS)", "there is none; the time is in no register"},
	{false, 0xc0, 0x20, "DMA controller", "there is no DMA"},
	{false, 0x170, 8, "second IDE channel", NO_DISK},
	{false, 0x1f0, 8, "IDE disk", NO_DISK},
	{false, 0x278, 8, "LPT2", "output goes to COM1 (0x3f8)"},
	{false, 0x2e8, 8, "COM4", "the serial line is COM1 (0x3f8)"},
	{false, 0x2f8, 8, "COM2", "the serial line is COM1 (0x3f8)"},
	{false, 0x376, 1, "second IDE channel", NO_DISK},
	{false, 0x378, 8, "LPT1", "output goes to COM1 (0x3f8)"},
	{false, 0x3b0, 0x30, "VGA", NO_SCREEN},
	{false, 0x3e8, 8, "COM3", "the serial line is COM1 (0x3f8)"},
	{false, 0x3f0, 6, "floppy disk", NO_DISK},
	{false, 0x3f6, 1, "IDE disk", NO_DISK},
	{false, 0x3f7, 1, "floppy disk", NO_DISK},
	{false, 0x608, 4, "ACPI timer", "the timer is the 8254 (0x40)"},
	{false, 0xb008, 4, "ACPI timer", "the timer is the 8254 (0x40)"},
	{false, 0xcfc, 4, "PCI configuration", "there is no PCI bus"},
};
/* clang-format on */

const struct absent_device *absent_device_at(bool is_mmio, uint64_t address)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].is_mmio == is_mmio && address - rows[i].base < rows[i].length)
			return &rows[i];
	}
	return NULL;
}
