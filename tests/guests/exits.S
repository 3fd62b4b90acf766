/* SPDX-License-Identifier: MIT */
/*
 * A known number of exits: n rounds (number on the command line) of one port write, port read, MMIO
 * write and MMIO read, then the write that powers off: 4 n + 1.
 */
#include "image.h"
start:
	command_line
	number	%edi, 1
	mov	$UNOWNED_PORT, %edx
1:	test	%edi, %edi
	jz	2f
	out	%al, %dx
	in	%dx, %al
	mov	%al, UNOWNED_MEMORY
	mov	UNOWNED_MEMORY, %al
	dec	%edi
	jmp	1b
2:	power_off $0
