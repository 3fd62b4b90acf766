/* SPDX-License-Identifier: MIT */
/* Overwrites one of its own instructions and executes it. Status 0 if the new instruction ran, 1 if the old one ran. */
#include "image.h"
start:
	movb	$0, 1f + 1
	jmp	1f
1:	mov	$1, %edi
	power_off %edi
