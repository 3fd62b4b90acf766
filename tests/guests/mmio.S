/* SPDX-License-Identifier: MIT */
/*
 * Reads and writes of each size where no device is; status 1 to 4 if a read does not return all ones. Makes 12 MMIO
 * exits.
 */
#include "image.h"
start:
	xor	%eax, %eax
	mov	%al, UNOWNED_MEMORY
	mov	%ax, UNOWNED_MEMORY
	mov	%eax, UNOWNED_MEMORY
	mov	%al, UNOWNED_MEMORY + 1
	mov	%ax, UNOWNED_MEMORY + 1
	mov	%eax, UNOWNED_MEMORY + 1
	mov	UNOWNED_MEMORY, %al
	cmp	$0xff, %al
	fail_if	ne, 1
	mov	UNOWNED_MEMORY, %ax
	cmp	$0xffff, %ax
	fail_if	ne, 2
	mov	UNOWNED_MEMORY, %eax
	cmp	$0xffffffff, %eax
	fail_if	ne, 3
	mov	$0, %eax
	mov	UNOWNED_MEMORY + 1, %al
	mov	UNOWNED_MEMORY + 1, %ax
	mov	UNOWNED_MEMORY + 1, %eax
	cmp	$0xffffffff, %eax
	fail_if	ne, 4
	power_off $0
