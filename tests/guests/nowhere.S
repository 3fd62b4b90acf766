/* SPDX-License-Identifier: MIT */
/* Jumps to an address where there is neither memory nor a device. */
#include "image.h"
start:
	mov	$0xf0000000, %eax
	jmp	*%eax
