/* SPDX-License-Identifier: MIT */
/*
 * The devices of the machine, a row each: to add one, write a file that defines NAME_device (devices/device_model.h)
 * and add its row here. The board walks the rows.
 */
#ifndef VMM_DEVICES_DEVICES_H
#define VMM_DEVICES_DEVICES_H

#include <stddef.h>

#include "devices/device_model.h"
#include "devices/pic.h"
#include "devices/pit.h"
#include "devices/uart.h"

/* X(name, type of its state). The state of the first is nearest to what every exit looks at. */
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
	size_t state; /* where its state is in struct devices */
};

/* The rows in order; NULL after the last. */
const struct device_row *device_row(unsigned index);

/*
 * The register that is known to be at an I/O port of a PC, whether or not the machine has a device there; NULL
 * for the other ports. For the trace.
 */
const struct device_register *device_register_at(uint16_t port);

#endif
