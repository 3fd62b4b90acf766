/* SPDX-License-Identifier: MIT */
/*
 * The ports by which a guest talks to whoever runs it: isa-debug-exit (0xf4), the debug console (0xe9),
 * reset (0x64 keyboard controller pulse, 0xcf9 reset control, 0x92 fast reset) and the ringside device.
 * Each ends in a call of the board's; none keeps state besides the ring's address.
 */
#ifndef VMM_DEVICES_CONTROL_H
#define VMM_DEVICES_CONTROL_H

#include <stdint.h>

#include "devices/bus.h"

/* What the guest can ask for. `owner` is given back to each. */
struct control {
	void (*power_off)(void *owner, uint32_t status); /* ringside POWEROFF: status as written */
	void (*debug_exit)(void *owner, uint32_t value); /* isa-debug-exit: value as written */
	void (*reset)(void *owner);
	void (*debug_byte)(void *owner, uint8_t byte); /* debug console */
	void (*set_ring)(void *owner, uint32_t frame); /* ringside RING */
	uint32_t (*get_ring)(void *owner);
	void (*doorbell)(void *owner);
	void *owner;
	uint32_t features; /* RINGSIDE_FEATURE_* */
};

/* The control must stay where it is. */
int debug_exit_attach(const struct control *control, struct bus *ports, struct error *error);
int debug_console_attach(const struct control *control, struct bus *ports, struct error *error);
int reset_attach(const struct control *control, struct bus *ports, struct error *error);
int ringside_attach(const struct control *control, struct bus *ports, struct error *error);

#endif
