/* SPDX-License-Identifier: MIT */
/*
 * String instructions whose buffer crosses a page, in each size and both directions: writes a line to COM1, reads a
 * port without a device. Status 1 if the bytes read are not all ones, 2 if a byte beside the buffer changed.
 */
#include "image.h"
#define LENGTH 64
start:
	set_up_stack
	cld
	mov	$text, %esi
	mov	$text_end - text, %ecx
	mov	$COM1, %edx
	rep outsb

	mov	$text, %esi
	mov	$LENGTH / 4, %ecx
	mov	$UNOWNED_PORT, %edx
	rep outsl
	mov	$text, %esi
	mov	$LENGTH / 2, %ecx
	rep outsw
	mov	$text + LENGTH - 1, %esi
	mov	$LENGTH, %ecx
	std
	rep outsb
	cld

	mov	$buffer, %edi
	mov	$LENGTH, %ecx
	rep insb
	call	check
	mov	$buffer, %edi
	mov	$LENGTH / 2, %ecx
	rep insw
	call	check
	mov	$buffer, %edi
	mov	$LENGTH / 4, %ecx
	rep insl
	call	check
	mov	$buffer + LENGTH - 1, %edi
	mov	$LENGTH, %ecx
	std
	rep insb
	cld
	call	check
	xor	%ecx, %ecx
	rep insb
	power_off $0

/* Checks for all ones in the buffer and zeros around it; clears the buffer. */
check:
	mov	$buffer, %edi
	mov	$LENGTH / 4, %ecx
	mov	$0xffffffff, %eax
	repe scasl
	fail_if	ne, 1
	cmpl	$0, buffer - 4
	fail_if	ne, 2
	cmpl	$0, buffer + LENGTH
	fail_if	ne, 2
	mov	$buffer, %edi
	mov	$LENGTH / 4, %ecx
	xor	%eax, %eax
	rep stosl
	mov	$UNOWNED_PORT, %edx
	ret

	.data
	.balign	4096
	.skip	4096 - 32
text:	.ascii	"a line of sixty-four bytes that lies on both sides of a page...\n"
text_end:

	.bss
	.balign	4096
	.skip	4096 - 32
buffer:	.skip	4096
