/* SPDX-License-Identifier: MIT */
/*
 * Places data in guest memory before a kernel starts: segments at the addresses that the image demands, and then the
 * initrd and the data of the boot protocol in free RAM, from the end of low RAM downwards. Used by the loaders.
 *
 * The legacy range 0xa0000-0xfffff is ordinary RAM, but loaders place only segments there and report the range as
 * reserved, because kernels expect video memory and firmware there, as on every PC.
 */
#ifndef VMM_LOADERS_PLACEMENT_H
#define VMM_LOADERS_PLACEMENT_H

#include <stdint.h>

#include "base/file_kind.h"
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

/* Takes `size` free bytes, page-aligned, as high in low RAM as possible. Returns their address; 0 = there is no room.
 */
uint64_t placement_take(struct placement *placement, uint64_t size);

/*
 * Loads the PT_LOAD segments to their physical addresses. Returns 0; or -1 with a line in *error, when a segment is not
 * within RAM or overlaps another, too.
 */
int placement_load_segments(struct placement *placement, const struct kernel_image *image, struct error *error);

/* Loads the file `path` (NULL = no initrd) into free pages. Returns 0, or -1 with a line in *error. */
int placement_load_initrd(struct placement *placement, const char *path, struct initrd *initrd, struct error *error);

/* Refuses a file of that kind as an initrd, by saying what to do. Returns -1. */
int placement_refuse_initrd(const char *path, const struct file_kind *kind, struct error *error);

#endif
