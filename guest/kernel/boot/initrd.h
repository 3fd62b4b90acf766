/* SPDX-License-Identifier: MIT */
/* The initrd: the archive that holds the programs. Boot finds it; exec and the files of the initrd read it. */
#ifndef GUEST_KERNEL_BOOT_INITRD_H
#define GUEST_KERNEL_BOOT_INITRD_H

#include "formats/cpio.h"
#include "ringside/pvh.h"

extern struct bytes initrd, builtin_initrd; /* the one in use, and the one that is part of guest.bin; may be the same */

/* Takes the first module that the VMM has loaded, or else the archive in the image; reserves memory for both. */
void initrd_take(const struct pvh_start_info *info);

#endif
