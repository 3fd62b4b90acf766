/* SPDX-License-Identifier: MIT */
/* Finding the ringside device (ringside/device.h), which only the ringside VMM has; power-off with it or without. */
#ifndef GUEST_KERNEL_DEVICES_RINGSIDE_DEVICE_H
#define GUEST_KERNEL_DEVICES_RINGSIDE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "ringside/device.h"

/* Whether the VMM has the ringside device. QEMU and other VMMs have none; the kernel runs there without it. */
bool ringside_present(void);

/* The RINGSIDE_FEATURE_* of the VMM; 0 without the device. */
uint32_t ringside_features(void);

/* Tells the VMM that a program has tried a system call that this kernel does not have. */
void ringside_tell_absent_call(uint32_t number);

/* Ends the run with this exit status. */
_Noreturn void power_off(uint32_t status);

#endif
