/* SPDX-License-Identifier: MIT */
/*
 * Guest RAM: one anonymous mapping, seen by the guest as one range from 0, or two when it reaches the
 * hole below 4 GiB. Every guest-physical address becomes a pointer here and nowhere else.
 */
#ifndef VMM_MACHINE_GUEST_MEMORY_H
#define VMM_MACHINE_GUEST_MEMORY_H

#include <stdint.h>

#include "base/error.h"

#define MEMORY_PAGE_SIZE UINT64_C(4096)
#define MEMORY_HOLE_START UINT64_C(0xc0000000) /* 3 GiB: devices and firmware live above, up to 4 GiB */
#define MEMORY_HOLE_END UINT64_C(0x100000000)
#define MEMORY_SIZE_MIN UINT64_C(0x10000)	/* 64 KiB */
#define MEMORY_SIZE_MAX UINT64_C(0x10000000000) /* 1 TiB */

struct memory_range {
	uint64_t base;	 /* guest-physical */
	uint64_t length; /* bytes; 0 = not there */
	uint8_t *host;
};

struct memory {
	uint8_t *host;
	uint64_t size;
	struct memory_range low;
	struct memory_range high;
};

/* Whether guest memory may have that size: 0, or -1 with a line in *error. */
int memory_check_size(uint64_t size, struct error *error);

/*
 * Maps `size` bytes (a multiple of the page size between MEMORY_SIZE_MIN and _MAX), not yet backed by
 * pages. Release with memory_destroy.
 */
int memory_create(struct memory *memory, uint64_t size, struct error *error);
void memory_destroy(struct memory *memory);

/* The host address of [gpa, gpa + length), or NULL unless all of it is RAM in one range. length 0 is checked as 1. */
void *memory_translate(const struct memory *memory, uint64_t gpa, uint64_t length);

#endif
