/* SPDX-License-Identifier: MIT */
/* The archive of programs that is part of guest.bin; `vmm -i` gives another one. */
#include "ringside/device.h"

	.section RINGSIDE_INITRD_SECTION, "a"
	.incbin INITRD_FILE
