/* SPDX-License-Identifier: MIT */
/* What the kernel says of itself at boot. */
#ifndef GUEST_KERNEL_WATCH_BANNER_H
#define GUEST_KERNEL_WATCH_BANNER_H

#include <stdint.h>

/* `ram_end` in bytes. */
void print_banner(uint64_t ram_end);

#endif
