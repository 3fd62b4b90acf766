/* SPDX-License-Identifier: MIT */
/* Jumps to an address without memory or a device. */
#include "image.h"
start:
	mov	$0xf0000000, %eax
	jmp	*%eax
