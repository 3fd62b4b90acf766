/* SPDX-License-Identifier: MIT */
/*
 * Guest RAM: one anonymous mapping of the host, which the guest sees as one range from address 0, or as two ranges,
 * below and above the hole, when it is larger than 3 GiB. Only memory_translate() turns a guest-physical address into a
 * pointer. Created by `vmm run` and `vmm bench`; used by loaders, the board and reports.
 */
#ifndef VMM_MACHINE_GUEST_MEMORY_H
#define VMM_MACHINE_GUEST_MEMORY_H

#include <stdint.h>

#include "base/error.h"

#define MEMORY_PAGE_SIZE UINT64_C(4096)
#define MEMORY_HOLE_START UINT64_C(0xc0000000) /* 3 GiB; addresses from here to 4 GiB are for devices and firmware */
#define MEMORY_HOLE_END UINT64_C(0x100000000)
#define MEMORY_SIZE_MIN UINT64_C(0x10000)	/* 64 KiB */
#define MEMORY_SIZE_MAX UINT64_C(0x10000000000) /* 1 TiB */

struct memory_range {
	uint64_t base;	 /* guest-physical */
	uint64_t length; /* bytes; 0 = no such range */
	uint8_t *host;	 /* address in the VMM */
};

struct memory {
	uint8_t *host; /* the mapping, `size` bytes */
	uint64_t size;
	struct memory_range low;  /* from address 0 */
	struct memory_range high; /* from 4 GiB on */
};

/* Checks a size of guest memory in bytes. Returns 0, or -1 with a line in *error. */
int memory_check_size(uint64_t size, struct error *error);

/*
 * Maps `size` bytes of guest memory, which the host backs with pages when they are first touched. `size` is a multiple
 * of the page size from MEMORY_SIZE_MIN to MEMORY_SIZE_MAX. Returns 0, or -1 with a line in *error. Release with
 * memory_destroy().
 */
int memory_create(struct memory *memory, uint64_t size, struct error *error);
void memory_destroy(struct memory *memory);

/*
 * The VMM's pointer to the guest-physical bytes [gpa, gpa + length), valid until memory_destroy(). NULL when they are
 * not all RAM of one range. For a length of 0, `gpa` itself must be RAM.
 */
void *memory_translate(const struct memory *memory, uint64_t gpa, uint64_t length);

#endif
