/* SPDX-License-Identifier: MIT */
/*
 * The ports by which a guest talks to whoever runs it: isa-debug-exit (0xf4), the debug console (0xe9),
 * reset (0x64 keyboard controller pulse, 0xcf9 reset control, 0x92 fast reset) and the ringside device.
 * Each access ends in a call of one of the board's functions below.
 */
#ifndef VMM_DEVICES_CONTROL_H
#define VMM_DEVICES_CONTROL_H

#include <stdint.h>

/* What a guest can ask for, as functions of the board. `owner` is their first argument. */
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

/* Begins the state of a device that has none of its own: a copy of the board's `struct control`. */
struct device_wiring;
void control_init(void *state, const struct device_wiring *wiring);

#endif
