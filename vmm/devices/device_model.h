/* SPDX-License-Identifier: MIT */
/*
 * What a device is: the ports or addresses it answers, with the names of its registers for the trace, its
 * interrupt, and how its state begins. Each device's file defines one; the table in devices/devices.h has a
 * row for each; the board walks the table.
 */
#ifndef VMM_DEVICES_DEVICE_MODEL_H
#define VMM_DEVICES_DEVICE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "devices/bus.h"
#include "devices/chardev.h"
#include "devices/clock.h"
#include "devices/control.h"
#include "devices/line.h"

/* One byte-wide address of a range, as the device's data sheet calls it. */
struct device_register {
	const char *name;    /* "COM1 LSR"; NULL = there is none */
	const char *written; /* what a write reaches, where that is another register; else NULL */
	bool is_text;	     /* what goes through it is characters */
};

static inline const char *device_register_name(const struct device_register *reg, bool is_write)
{
	return is_write && reg->written != NULL ? reg->written : reg->name;
}

#define REGISTERS(...)                                                                                                 \
	(const struct device_register[])                                                                               \
	{                                                                                                              \
		__VA_ARGS__                                                                                            \
	}

struct device_range {
	bool is_mmio;				 /* guest-physical addresses; else I/O ports */
	uint64_t base, length;			 /* in bytes */
	struct bus_device access;		 /* its functions get the device's state as their owner */
	const struct device_register *registers; /* `length` of them; NULL = none has a name */
};

/* What the board lends to every device. All of it outlives the device. */
struct device_wiring {
	struct line line; /* to the interrupt controller; connected to nothing where the device has no IRQ */
	const struct clock *clock;
	const struct chardev *chardev;
	const struct control *control;
};

enum { DEVICE_NO_IRQ = -1 };

struct device {
	const char *name;      /* as the field calls it: "8254" */
	int irq;	       /* 0-15; DEVICE_NO_IRQ = none */
	bool may_be_in_kernel; /* with --irqchip=kernel KVM answers its ports itself, and no exit reaches it */
	void (*init)(void *state, const struct device_wiring *wiring);
	const struct device_range *ranges;
	unsigned range_count;
};

#define DEVICE_RANGES(array) .ranges = (array), .range_count = sizeof(array) / sizeof((array)[0])

/* Registers all ranges of a device. -1 with a line in *error when one overlaps another device's. */
int device_attach(const struct device *device, void *state, struct bus *ports, struct bus *mmio, struct error *error);

#endif
