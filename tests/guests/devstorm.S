/* SPDX-License-Identifier: MIT */
/*
 * Writes and reads random values at all ports of devices, by every kind of access, with every interrupt handled, for
 * ever. Only what would end the run is left out.
 */
#include "xorshift.h"

#define PORTS 32
#define STRING 300 /* bytes */

start:	seed_random
	set_up_interrupts
	xor	%ecx, %ecx
1:	mov	$tick, %eax /* every vector has the same handler */
	mov	%ax, idt(, %ecx, 8)
	movw	$8, idt + 2(, %ecx, 8)
	movw	$0x8e00, idt + 4(, %ecx, 8)
	shr	$16, %eax
	mov	%ax, idt + 6(, %ecx, 8)
	inc	%ecx
	cmp	$(IRQ_BASE + 16), %ecx
	jb	1b
	outb_to PIC_MASTER+1, 0
	sti

next:	random
	mov	%eax, %ecx
	shr	$8, %ecx
	and	$(PORTS - 1), %ecx
	movzwl	ports(, %ecx, 2), %edx
	random
	mov	%eax, %ebx
	random
	xchg	%eax, %ebx
	and	$7, %ebx
	cmp	$0xfe, %al /* resets by the keyboard controller */
	je	next
	cmp	$0x92, %edx
	jne	2f
	and	$0xfe, %al
2:	cmp	$0xcf9, %edx
	jne	3f
	and	$0xf9, %al
3:	jmp	*kinds(, %ebx, 4)

out8:	out	%al, %dx
	jmp	next
in8:	in	%dx, %al
	jmp	next
out16:	cmp	$(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL), %edx
	jae	out8
	out	%ax, %dx
	jmp	next
in16:	in	%dx, %ax
	jmp	next
out32:	cmp	$0x3f5, %edx
	jb	out8
	out	%eax, %dx
	jmp	next
in32:	in	%dx, %eax
	jmp	next
ins8:	mov	$buffer, %edi
	mov	$STRING, %ecx
	cld
	rep insb
	jmp	next
outs8:	cmp	$0x64, %edx
	je	next
	cmp	$0x92, %edx
	je	next
	cmp	$0xcf9, %edx
	je	next
	mov	$buffer, %esi
	mov	$STRING, %ecx
	cld
	rep outsb
	jmp	next

tick:	return_from_interrupt

	.data
kinds:	.long	out8, in8, out16, in16, out32, in32, ins8, outs8
ports:	.short	0x20, 0x21, 0x40, 0x41, 0x42, 0x43, 0x61, 0x64, 0x92, 0xa0, 0xa1, 0xcf8, 0xcf9, 0xcfa, 0x3f8, 0x3f9
	.short	0x3fa, 0x3fb, 0x3fc, 0x3fd, 0x3fe, 0x3ff, 0xe9, 0x500, 0x504, 0x508, 0x509, 0x50a, 0x50b, 0x507, 0x40, 0x20
	.bss
buffer:	.skip	4096
