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
 * Reads the kernel's file `path` and the file `initrd` (NULL = none) into guest memory, and passes `command_line` to
 * the kernel unchanged. Returns 0 with *boot filled in; or, with a line in *error, RINGSIDE_STATUS_USAGE when the
 * command line is not what this kernel takes (loaders/options_check.h); or -1, with a line that names the file, when a
 * file is missing, unreadable, not regular, empty or truncated, when the kernel is not an x86-64 ELF64 file with a PVH
 * note, when its segments overlap, wrap around or leave RAM, when its entry is outside the segments, when initrd or
 * command line do not fit, or when the initrd is not of the format that this kernel is known to take.
 */
int load_kernel(struct memory *memory, const char *path, const char *initrd, const char *command_line,
		struct boot *boot, struct error *error);

struct kernel_image;
struct placement;

/* A boot protocol. */
struct loader {
	/*
	 * Returns 1 and sets image->entry when the image is a kernel for this protocol; 0 when it is not; -1 when it
	 * cannot be read. *error has a line after 0 and -1.
	 */
	int (*recognise)(struct kernel_image *image, struct error *error);
	/* Fills guest memory and *boot, after recognise() has returned 1. Returns what load_kernel() does. */
	int (*load)(const struct kernel_image *image, struct placement *placement, const char *initrd,
		    const char *command_line, struct boot *boot, struct error *error);
};

#endif
