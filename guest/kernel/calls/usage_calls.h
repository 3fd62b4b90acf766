/* SPDX-License-Identifier: MIT */
/* What other system calls need of those about usage. */
#ifndef GUEST_KERNEL_CALLS_USAGE_CALLS_H
#define GUEST_KERNEL_CALLS_USAGE_CALLS_H

#include <stdint.h>

#include "kernel/process/process_list.h"

/* Writes a struct rusage to user memory. 0 or -errno. */
int64_t usage_give(uint64_t address, const struct usage *usage);

#endif
