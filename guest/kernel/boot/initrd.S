/* SPDX-License-Identifier: MIT */
/* The archive of programs that is part of guest.bin. With `vmm -i` the kernel uses another one. */
#include "ringside/device.h"

	.section RINGSIDE_INITRD_SECTION, "a"
	.incbin INITRD_FILE
