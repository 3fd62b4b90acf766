/* SPDX-License-Identifier: MIT */
/*
 * The table of the machine's devices, which the board walks. To add a device, write a file that defines NAME_device
 * (devices/device_model.h) and add a row here.
 */
#ifndef VMM_DEVICES_DEVICES_H
#define VMM_DEVICES_DEVICES_H

#include <stddef.h>

#include "devices/device_model.h"
#include "devices/pic.h"
#include "devices/pit.h"
#include "devices/uart.h"

/* X(name, type of the device's state). The first state is close in memory to the fields that every exit reads. */
/* clang-format off */
#define DEVICES(X) \
	X(pic,       struct pic) \
	X(pit,       struct pit) \
	X(uart,      struct uart) \
	X(debugexit, struct control) \
	X(debugcon,  struct control) \
	X(reset,     struct control) \
	X(ringside,  struct control)
/* clang-format on */

struct devices {
#define DEVICE_STATE(name, type) type name;
	DEVICES(DEVICE_STATE)
#undef DEVICE_STATE
};

#define DEVICE_DECLARATION(name, type) extern const struct device name##_device;
DEVICES(DEVICE_DECLARATION)
#undef DEVICE_DECLARATION

struct device_row {
	const struct device *device;
	size_t state; /* offset of its state in struct devices */
};

/* Row `index` of the table; NULL after the last row. */
const struct device_row *device_row(unsigned index);

/* Registers all ranges of a device on the buses. Returns 0, or -1 with a line in *error (see bus_add()). */
int device_attach(const struct device *device, void *state, struct bus *ports, struct bus *mmio, struct error *error);

/*
 * The register that a PC has at an I/O port, whether or not this machine has a device there; NULL when no register is
 * known at that port. Called by the text of traces (vmm/text).
 */
const struct device_register *device_register_at(uint16_t port);

#endif
