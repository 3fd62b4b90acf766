/* SPDX-License-Identifier: MIT */
/*
 * What a guest can ask of the VMM through the devices that control the run itself: isa-debug-exit (debugexit.c), the
 * debug console (debugcon.c), reset (reset.c) and the ringside device (ringside.c). Each request is a function of the
 * board.
 */
#ifndef VMM_DEVICES_CONTROL_H
#define VMM_DEVICES_CONTROL_H

#include <stdint.h>

/* The board's functions (machine/board.c), called with `owner` as their first argument. */
struct control {
	void (*power_off)(void *owner, uint32_t status); /* ringside POWEROFF; `status` as written */
	void (*debug_exit)(void *owner, uint32_t value); /* isa-debug-exit; `value` as written */
	void (*reset)(void *owner);
	void (*debug_byte)(void *owner, uint8_t byte); /* a byte for the debug console */
	void (*set_ring)(void *owner, uint32_t frame); /* ringside RING, written and read: page frame */
	uint32_t (*get_ring)(void *owner);
	void (*doorbell)(void *owner);			   /* ringside DOORBELL */
	uint64_t (*time_of_day)(void *owner);		   /* ringside TIME_LOW: nanoseconds since 1970 */
	void (*absent_call)(void *owner, uint32_t number); /* ringside ABSENT_CALL */
	void *owner;
	uint32_t time_high; /* ringside TIME_HIGH, of the device's own copy: what TIME_LOW has latched */
	uint32_t features;  /* RINGSIDE_FEATURE_* */
};

#endif
