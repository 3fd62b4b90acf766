/* SPDX-License-Identifier: MIT */
/* What other system calls need of those about time. */
#ifndef GUEST_KERNEL_CALLS_TIME_CALLS_H
#define GUEST_KERNEL_CALLS_TIME_CALLS_H

#include <stdint.h>

/* Reads a struct timespec from user memory, in nanoseconds; TIME_NEVER if it is more than 64 bits hold. 0 or -errno. */
int64_t read_time(uint64_t address, uint64_t *nanoseconds);

#endif
