/* SPDX-License-Identifier: MIT */
/*
 * Reads and writes one, two and four bytes at every port of every device, and at ports without a device. Writes only
 * zeros, which are harmless at these ports; the ports that end the run are only read. Powers off with 42; with 1 to 3
 * if a read without a device is not all ones, with 4 if the ringside ID is wrong, with 5 and 6 if less than 32 bits of it
 * are not all ones.
 */
#include "image.h"
#define SURVIVED 42
start:
	set_up_stack
	mov	$written, %esi
1:	call	next_range
	jz	3f
2:	call	read_sizes
	call	write_sizes
	inc	%edx
	dec	%ecx
	jnz	2b
	jmp	1b

3:	mov	$only_read, %esi
4:	call	next_range
	jz	6f
5:	call	read_sizes
	inc	%edx
	dec	%ecx
	jnz	5b
	jmp	4b

6:	mov	$UNOWNED_PORT, %edx
	xor	%eax, %eax
	in	%dx, %al
	cmp	$0xff, %al
	fail_if	ne, 1
	mov	$UNOWNED_PORT, %edx
	in	%dx, %ax
	cmp	$0xffff, %ax
	fail_if	ne, 2
	mov	$UNOWNED_PORT, %edx
	in	%dx, %eax
	cmp	$0xffffffff, %eax
	fail_if	ne, 3

	mov	$RINGSIDE_PORT + RINGSIDE_REG_ID, %edx
	in	%dx, %eax
	cmp	$RINGSIDE_ID, %eax
	fail_if	ne, 4
	mov	$RINGSIDE_PORT + RINGSIDE_REG_ID + 2, %edx
	in	%dx, %ax
	cmp	$0xffff, %ax
	fail_if	ne, 5
	mov	$RINGSIDE_PORT + RINGSIDE_REG_ID + 1, %edx
	in	%dx, %al
	cmp	$0xff, %al
	fail_if	ne, 6
	power_off $SURVIVED

/* Sets EDX to the first port and ECX to the number of ports of the range at ESI; ZF is set after the last range. */
next_range:
	movzwl	(%esi), %edx
	movzwl	2(%esi), %ecx
	add	$4, %esi
	test	%ecx, %ecx
	ret

read_sizes:
	in	%dx, %al
	in	%dx, %ax
	in	%dx, %eax
	ret

write_sizes:
	xor	%eax, %eax
	out	%al, %dx
	out	%ax, %dx
	out	%eax, %dx
	ret

	.section .rodata
written:
	.word	PIC_MASTER, 2
	.word	PIT_CHANNEL0, 4
	.word	0x60, 5 /* keyboard controller, speaker */
	.word	0x80, 1
	.word	0x92, 1
	.word	PIC_SLAVE, 2
	.word	0xe9, 1 /* debug console */
	.word	COM1, 8
	.word	0x4d0, 2 /* edge/level control */
	.word	RINGSIDE_PORT, RINGSIDE_REG_POWEROFF - 3
	.word	0xcf9, 1
	.word	UNOWNED_PORT, 1
	.word	0xffff, 1
	.word	0, 0
only_read:
	.word	DEBUG_EXIT - 3, 5
	.word	RINGSIDE_PORT + RINGSIDE_REG_POWEROFF, RINGSIDE_PORT_LENGTH - RINGSIDE_REG_POWEROFF
	.word	0, 0
