/* SPDX-License-Identifier: MIT */
/* The ringside device, by which the kernel and the VMM know each other (ringside/device.h), and the end of the machine.
 */
#ifndef GUEST_KERNEL_DEVICES_RINGSIDE_DEVICE_H
#define GUEST_KERNEL_DEVICES_RINGSIDE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "ringside/device.h"

/* Whether the VMM has the ringside device. QEMU and other VMMs have none; the kernel runs there without it. */
bool ringside_present(void);

/* Ends the run with this exit status. */
_Noreturn void power_off(uint32_t status);

#endif
