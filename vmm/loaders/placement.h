/* SPDX-License-Identifier: MIT */
/*
 * What lies where in guest memory before a kernel starts. Segments go where the image wants them; what the loaders add
 * (the initrd, the data of the boot protocol) goes around them, from the end of low RAM downwards. Used by the loaders.
 *
 * 0xa0000-0xfffff is RAM that works, but loaders keep out of it and call it reserved as on every PC: kernels
 * expect video memory and firmware there and do not allocate from it. A segment may be placed in it.
 */
#ifndef VMM_LOADERS_PLACEMENT_H
#define VMM_LOADERS_PLACEMENT_H

#include <stdint.h>

#include "loaders/kernel_image.h"
#include "machine/guest_memory.h"

#define LEGACY_START UINT64_C(0xa0000)
#define LEGACY_END UINT64_C(0x100000)

enum { PLACEMENT_ADDED_MAX = 2 }; /* calls of placement_take(): the initrd, and one block of the boot protocol */

/* [start, end) of guest-physical memory. */
struct span {
	uint64_t start, end;
};

struct placement {
	const struct memory *memory;
	unsigned count;
	struct span taken[KERNEL_SEGMENTS_MAX + PLACEMENT_ADDED_MAX];
};

struct initrd {
	uint64_t address, size; /* guest-physical; 0 and 0 when there is none */
};

/* Takes `size` free bytes, page-aligned, as high in low RAM as can be. Returns 0, which is never free, if there are
 * none. */
uint64_t placement_take(struct placement *placement, uint64_t size);

/* Loads the PT_LOAD segments to their physical addresses, all within RAM and none over another. */
int placement_load_segments(struct placement *placement, const struct kernel_image *image, struct error *error);

/* Loads the file into whole pages of its own; without a file (NULL) there is no initrd. */
int placement_load_initrd(struct placement *placement, const char *path, struct initrd *initrd, struct error *error);

#endif
