/* SPDX-License-Identifier: MIT */
/* What other system calls need of those on open files. */
#ifndef GUEST_KERNEL_CALLS_IO_CALLS_H
#define GUEST_KERNEL_CALLS_IO_CALLS_H

#include <stdint.h>

/* Writes the status of a descriptor's file to user memory. 0 or -errno. */
int64_t give_status_of(uint64_t fd, uint64_t address);

#endif
