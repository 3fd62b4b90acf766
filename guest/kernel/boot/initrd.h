/* SPDX-License-Identifier: MIT */
/* The initrd: the archive that holds the programs. kernel_main finds the initrd; exec.c and archive.c read it. */
#ifndef GUEST_KERNEL_BOOT_INITRD_H
#define GUEST_KERNEL_BOOT_INITRD_H

#include "formats/cpio.h"
#include "ringside/pvh.h"

extern struct bytes initrd;	    /* the archive in use */
extern struct bytes builtin_initrd; /* the archive that is part of guest.bin; may be the same */

/*
 * Finds both archives: the one in use is the first module that the VMM has loaded, or without modules the one in
 * guest.bin. Takes their memory and the image's out of the page allocator.
 */
void initrd_take(const struct pvh_start_info *info);

#endif
