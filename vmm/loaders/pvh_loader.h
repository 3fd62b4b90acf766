/* SPDX-License-Identifier: MIT */
/*
 * Loads an ELF64 kernel by the x86/HVM direct boot ABI (PVH): segments to their physical addresses,
 * then initrd, command line and hvm_start_info near the end of low RAM. The vCPU starts in 32-bit
 * protected mode at the address of the PHYS32_ENTRY note, EBX pointing to the start info.
 * Source: Xen docs/misc/pvh.pandoc; xen/include/public/arch-x86/hvm/start_info.h; System V gABI.
 */
#ifndef VMM_LOADERS_PVH_LOADER_H
#define VMM_LOADERS_PVH_LOADER_H

#include <stdint.h>

#include "machine/guest_memory.h"

struct pvh_boot {
	uint32_t entry;	     /* guest-physical address of the first instruction */
	uint32_t start_info; /* guest-physical address for EBX */
};

/*
 * `initrd` may be NULL (no module), `command_line` is passed as it is. Both files are read, not mapped,
 * straight into guest memory. Refuses, with one line that names the file: missing, unreadable, a
 * directory, empty, truncated, not ELF, not 64-bit, not x86-64, no PVH note, segments that overlap, wrap
 * around or leave RAM, an entry outside the segments, an initrd or command line that does not fit.
 */
int pvh_load(struct memory *memory, const char *image, const char *initrd, const char *command_line,
	     struct pvh_boot *boot, struct error *error);

#endif
