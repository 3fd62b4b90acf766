/* SPDX-License-Identifier: MIT */
/*
 * Switches through every mode of the processor: protected, 16-bit protected, real with a software interrupt,
 * protected, compatibility, 64-bit, and back. Hosts without unrestricted guest run some of these modes in another way,
 * and every VM entry checks the segments (Intel SDM vol. 3C, 27.3.1.2). Status 0, or the number of the failed step.
 */
#include "image.h"

#define LOW 0x8000 /* real mode can only execute code below 1 MiB */
#define LOW_STACK 0x7000
#define IVT_ENTRY(vector) (4 * (vector))
#define VECTOR 0x40
#define MAGIC 0x5a5a

#define CODE32 0x08
#define DATA32 0x10
#define CODE16 0x18
#define DATA16 0x20
#define CODE64 0x28

#define CR0_PE 1
#define CR0_PG 0x80000000
#define CR4_PAE 0x20
#define EFER 0xc0000080
#define EFER_LME 0x100
#define LARGE_PAGE 0x83 /* present, writable, 2 MiB */
#define TABLE 3

start:
	mov	$stack, %esp
	lgdt	modes_gdtr
	ljmp	$CODE32, $1f
1:	mov	$DATA32, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	$low, %esi
	mov	$LOW, %edi
	mov	$(low_end - low), %ecx
	rep movsb
	xor	%ebp, %ebp
	ljmp	$CODE16, $LOW

back:	mov	$DATA32, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	$stack, %esp
	cmp	$MAGIC, %ebp
	fail_if	ne, 1

	movl	$(pdpt + TABLE), pml4
	movl	$(directory + TABLE), pdpt
	movl	$LARGE_PAGE, directory
	mov	%cr4, %eax
	or	$CR4_PAE, %eax
	mov	%eax, %cr4
	mov	$pml4, %eax
	mov	%eax, %cr3
	mov	$EFER, %ecx
	rdmsr
	or	$EFER_LME, %eax
	wrmsr
	mov	%cr0, %eax
	or	$CR0_PG, %eax
	mov	%eax, %cr0
	in	$0x80, %al /* makes an exit in compatibility mode */
	ljmp	$CODE64, $long_mode

	.code64
long_mode:
	mov	$MAGIC, %eax
	shl	$32, %rax
	mov	%rax, %r15
	in	$0x80, %al
	shr	$32, %r15
	mov	%r15d, %ebp
	pushq	$CODE32
	push	$compatibility
	lretq

	.code32
compatibility:
	cmp	$MAGIC, %ebp
	fail_if	ne, 2
	mov	%cr0, %eax
	and	$~CR0_PG, %eax
	mov	%eax, %cr0
	mov	$EFER, %ecx
	rdmsr
	and	$~EFER_LME, %eax
	wrmsr
	in	$0x80, %al
	power_off $0

	.code16
low:	mov	$DATA16, %ax
	mov	%ax, %ds
	mov	%ax, %es
	mov	%ax, %ss
	mov	%ax, %fs
	mov	%ax, %gs
	in	$0x80, %al
	mov	%cr0, %eax
	and	$~CR0_PE, %al
	mov	%eax, %cr0
	ljmp	$0, $(LOW + real - low)
real:	xor	%ax, %ax
	mov	%ax, %ds
	mov	%ax, %es
	mov	%ax, %ss
	mov	$LOW_STACK, %sp
	lidtl	LOW + real_idtr - low
	movw	$(LOW + handler - low), IVT_ENTRY(VECTOR)
	movw	$0, IVT_ENTRY(VECTOR) + 2
	in	$0x80, %al
	int	$VECTOR
	mov	%cr0, %eax
	or	$CR0_PE, %al
	mov	%eax, %cr0
	ljmpl	$CODE32, $back
handler:
	mov	$MAGIC, %bp
	iret
real_idtr:
	.word	0x3ff
	.long	0
low_end:

	.data
	.balign	8
modes_gdt:
	.quad	0
	.quad	0x00cf9a000000ffff
	.quad	0x00cf92000000ffff
	.quad	0x00009a000000ffff
	.quad	0x000092000000ffff
	.quad	0x00af9a000000ffff
modes_gdtr:
	.word	. - modes_gdt - 1
	.long	modes_gdt

	.bss
	.balign	4096
pml4:	.skip	4096
pdpt:	.skip	4096
directory:
	.skip	4096
	.skip	1024
stack:
