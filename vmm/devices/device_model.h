/* SPDX-License-Identifier: MIT */
/*
 * What a device is: the ports or addresses that it answers, the names of its registers (for the trace), its IRQ, and
 * the initialisation of its state. Each device's file defines one `struct device`; the table in devices/devices.h has a
 * row for each; the board walks the table.
 */
#ifndef VMM_DEVICES_DEVICE_MODEL_H
#define VMM_DEVICES_DEVICE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/array.h"
#include "devices/bus.h"
#include "devices/chardev.h"
#include "devices/clock.h"
#include "devices/control.h"
#include "devices/line.h"

/* The register at one byte-wide address of a range, under the name that the device's datasheet uses. */
struct device_register {
	const char *name;    /* "COM1 LSR"; NULL = no register has this address */
	const char *written; /* name of the register that a write reaches, if another one; else NULL */
	bool is_text;	     /* the bytes read and written are characters */
};

/* The name of the register that a read, or a write, reaches. NULL = none. */
static inline const char *device_register_name(const struct device_register *reg, bool is_write)
{
	return is_write && reg->written != NULL ? reg->written : reg->name;
}

/* The `registers` of a device_range, written in place. */
#define REGISTERS(...)                                                                                                 \
	(const struct device_register[])                                                                               \
	{                                                                                                              \
		__VA_ARGS__                                                                                            \
	}

struct device_range {
	bool is_mmio;				 /* true = guest-physical addresses; false = I/O ports */
	uint64_t base, length;			 /* in bytes */
	struct bus_device access;		 /* functions whose `owner` is the device's state */
	const struct device_register *registers; /* array of `length` registers; NULL = none has a name */
};

/* What the board gives to every device. Everything that the pointers refer to outlives the device. */
struct device_wiring {
	struct line line; /* to the interrupt controller; not connected when the device has no IRQ */
	const struct clock *clock;
	const struct chardev *chardev;
	const struct control *control;
};

enum { DEVICE_NO_IRQ = -1 };

struct device {
	int irq;	       /* 0-15; DEVICE_NO_IRQ = none */
	bool may_be_in_kernel; /* with --irqchip=kernel KVM emulates this device, so no exit reaches this model */
	void (*init)(void *state, const struct device_wiring *wiring); /* power-on state */
	const struct device_range *ranges;
	unsigned range_count;
};

#define DEVICE_RANGES(array) .ranges = (array), .range_count = COUNT(array)

/* The `init` of devices that have no state of their own: *state becomes a copy of the board's struct control. */
void control_init(void *state, const struct device_wiring *wiring);

#endif
