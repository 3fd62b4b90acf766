/* SPDX-License-Identifier: MIT */
/*
 * Visits to ring 0 of known length, for --count-ring0, in 64-bit mode. Ring 3 causes #BP, #UD and #GP; with "1" on the
 * command line it also executes SYSCALL and INT 0x80, which some hosts do not deliver. The comment of each handler is
 * its number of instructions.
 */
#include "image.h"

#define CODE0 0x08
#define DATA0 0x10
#define STAR_BASE3 0x1b
#define DATA3 0x23
#define CODE3 0x2b
#define TSS 0x30
#define TSS_SIZE 0x68
#define TSS_IO_MAP 102

#define CR0_PG 0x80000000
#define CR4_PAE 0x20
#define EFER 0xc0000080
#define EFER_LME_SCE 0x101
#define STAR 0xc0000081
#define LSTAR 0xc0000082
#define SFMASK 0xc0000084
#define SFMASK_TF_IF 0x300
#define TABLE 7		/* present, writable, user */
#define LARGE_PAGE 0x87
#define RFLAGS_ONE 2
#define GATE_TYPE 0x8e00
#define GATE_TYPE_RING3 0xee00
#define TICK_VECTOR IRQ_BASE

.macro gate vector, handler, type
	mov	$\handler, %eax
	mov	%ax, idt64 + 16 * \vector
	movw	$CODE0, idt64 + 16 * \vector + 2
	movw	$\type, idt64 + 16 * \vector + 4
	shr	$16, %eax
	mov	%ax, idt64 + 16 * \vector + 6
.endm

.macro write_msr index, value
	mov	$\index, %ecx
	mov	$\value, %eax
	xor	%edx, %edx
	wrmsr
.endm

.macro function name
	.type	\name, @function
\name:
.endm

start:	command_line
	number	%ebp, 0
	outb_to PIC_MASTER, 0x11 /* as set_up_interrupts does; all inputs but the timer's masked */
	outb_to PIC_MASTER+1, IRQ_BASE
	outb_to PIC_MASTER+1, 4
	outb_to PIC_MASTER+1, 3
	outb_to PIC_MASTER+1, 0xfe
	gate	0, end, GATE_TYPE
	gate	3, breakpoint, GATE_TYPE_RING3
	gate	6, invalid, GATE_TYPE
	gate	13, protection, GATE_TYPE
	gate	TICK_VECTOR, tick, GATE_TYPE
	gate	0x80, interrupt, GATE_TYPE_RING3
	mov	$tss, %eax
	mov	%ax, gdt64 + TSS + 2
	shr	$16, %eax
	mov	%al, gdt64 + TSS + 4
	movl	$stack0, tss + 4
	movw	$TSS_SIZE, tss + TSS_IO_MAP
	movl	$(pdpt + TABLE), pml4
	movl	$(directory + TABLE), pdpt
	movl	$LARGE_PAGE, directory
	lgdt	gdtr64
	mov	$CR4_PAE, %eax
	mov	%eax, %cr4
	mov	$pml4, %eax
	mov	%eax, %cr3
	write_msr EFER, EFER_LME_SCE
	mov	%cr0, %eax
	or	$CR0_PG, %eax
	mov	%eax, %cr0
	ljmp	$CODE0, $long_mode

	.code64
long_mode:
	xor	%eax, %eax
	mov	%eax, %ss
	mov	$stack0, %esp
	mov	$TSS, %eax
	ltr	%ax
	lidt	idtr64
	write_msr LSTAR, system_call
	write_msr SFMASK, SFMASK_TF_IF
	mov	$STAR, %ecx
	xor	%eax, %eax
	mov	$(STAR_BASE3 << 16 | CODE0), %edx
	wrmsr
	push	$DATA3
	push	$stack3
	push	$RFLAGS_ONE
	push	$CODE3
	push	$ring3
	iretq

function breakpoint /* 4 */
	nop
	pushfq
	popfq
	iretq

function invalid /* 6; a repeated string instruction counts as one */
	addq	$2, (%rsp)
	mov	$ring3, %esi
	mov	$copy, %edi
	mov	$16, %ecx
	rep movsb
	iretq

function protection /* 23, of which 2 are the tick's */
	add	$8, %rsp
	outb_to PIT_CONTROL, PIT_ONE_SHOT
	outb_to PIT_CHANNEL0, 0
	outb_to PIT_CHANNEL0, 16
	xor	%ebx, %ebx
	sti
	hlt
	cli
	dec	%ebx
	addq	$1, (%rsp)
	mov	%ss, %eax
	mov	%eax, %ss /* delays the single step by an instruction */
	nop
	nop
	iretq

function tick /* 2 */
	inc	%ebx
	iretq

function interrupt /* 22 */
	mov	$10, %ecx
1:	dec	%ecx
	jnz	1b
	iretq

function system_call /* 3 */
	nop
	nop
	sysretq

function end
	power_off $0

ring3:	int3
	int3
	ud2
	test	%ebp, %ebp
	jz	2f
	mov	$3, %ebx
1:	syscall
	int	$0x80
	dec	%ebx
	jnz	1b
2:	hlt
	xor	%ecx, %ecx
	div	%ecx

	.data
	.balign	8
gdt64:	.quad	0
	.quad	0x00af9a000000ffff
	.quad	0x00cf92000000ffff
	.quad	0
	.quad	0x00cff2000000ffff
	.quad	0x00affa000000ffff
	.quad	0x0000890000000000 | (TSS_SIZE - 1), 0
gdtr64:	.word	. - gdt64 - 1
	.long	gdt64
idtr64:	.word	idt64_end - idt64 - 1
	.quad	idt64

	.bss
	.balign	4096
pml4:	.skip	4096
pdpt:	.skip	4096
directory:
	.skip	4096
idt64:	.skip	16 * 256
idt64_end:
tss:	.skip	128
copy:	.skip	16
	.skip	1024
stack0:	.skip	1024
stack3:
