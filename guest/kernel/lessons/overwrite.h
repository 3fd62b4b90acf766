/* SPDX-License-Identifier: MIT */
/* Changing the kernel's code and constants at boot, whose pages cannot be written; for the other files in lessons/. */
#ifndef GUEST_KERNEL_LESSONS_OVERWRITE_H
#define GUEST_KERNEL_LESSONS_OVERWRITE_H

#include <stdint.h>

/* Writes `size` bytes, at most a page, to an address in the kernel's image. */
void overwrite(uint64_t address, const void *bytes, uint64_t size);

#endif
