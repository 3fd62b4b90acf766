/* SPDX-License-Identifier: MIT */
/*
 * Loads a kernel into guest memory by the boot protocol that is recognised in the file. `vmm run` and `vmm bench` call
 * load_kernel(). A boot protocol is one file, X_loader.c, and one word in the list of loaders in loader.c.
 */
#ifndef VMM_LOADERS_LOADER_H
#define VMM_LOADERS_LOADER_H

#include <stdint.h>

#include "machine/guest_memory.h"

/* How the vCPU starts: in 32-bit protected mode, paging off. */
struct boot {
	uint32_t entry;	     /* guest-physical address of the first instruction */
	uint32_t start_info; /* guest-physical address for EBX */
};

/*
 * `path` names the kernel. `initrd` may be NULL (no module), `command_line` is passed as it is. Both files are read,
 * not mapped, straight into guest memory. Refuses, with one line that names the file: missing, unreadable, a directory,
 * empty, truncated, not ELF, not 64-bit, not x86-64, no PVH note, segments that overlap, wrap around or leave RAM, an
 * entry outside the segments, an initrd or command line that does not fit.
 */
int load_kernel(struct memory *memory, const char *path, const char *initrd, const char *command_line,
		struct boot *boot, struct error *error);

struct kernel_image;
struct placement;

/* A boot protocol. */
struct loader {
	/* 1: the image is a kernel for this protocol, image->entry is set. 0: it is not, *error says why. -1: refused.
	 */
	int (*recognise)(struct kernel_image *image, struct error *error);
	/* Fills guest memory and *boot. Called when `recognise` returned 1. */
	int (*load)(const struct kernel_image *image, struct placement *placement, const char *initrd,
		    const char *command_line, struct boot *boot, struct error *error);
};

#endif
