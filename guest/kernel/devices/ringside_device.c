/* SPDX-License-Identifier: MIT */
/* The ringside device: finding it, and powering off by it or by what other VMMs have instead. */
#include "kernel/devices/ringside_device.h"

#include "kernel/devices/instructions.h"

enum { DEBUG_EXIT = 0xf4, KEYBOARD_CONTROLLER = 0x64, PULSE_RESET = 0xfe };

bool ringside_present(void)
{
	static int8_t present = -1;

	if (present < 0)
		present = in32(RINGSIDE_PORT + RINGSIDE_REG_ID) == RINGSIDE_ID;
	return present;
}

uint32_t ringside_features(void)
{
	static uint32_t features;
	static bool known;

	if (!known)
		features = ringside_present() ? in32(RINGSIDE_PORT + RINGSIDE_REG_FEATURES) : 0;
	known = true;
	return features;
}

void ringside_tell_absent_call(uint32_t number)
{
	if (ringside_present())
		out32(RINGSIDE_PORT + RINGSIDE_REG_ABSENT_CALL, number);
}

void power_off(uint32_t status)
{
	if (ringside_present())
		out32(RINGSIDE_PORT + RINGSIDE_REG_POWEROFF, status);
	/* Elsewhere QEMU's isa-debug-exit ends the run; without that device a reset does, or the CPU halts for good. */
	out32(DEBUG_EXIT, status);
	out8(KEYBOARD_CONTROLLER, PULSE_RESET);
	halt_forever();
}
