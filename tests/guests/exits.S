/* SPDX-License-Identifier: MIT */
/*
 * Makes a known number of exits, 4 n + 1: n rounds (n is on the command line) of a port write, a port read, an MMIO
 * write and an MMIO read, and the write that powers off.
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
