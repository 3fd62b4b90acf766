/* SPDX-License-Identifier: MIT */
/*
 * From the PVH entry to bench_main: 64-bit mode with an identity mapping of BENCH_MEMORY bytes (the machine may have
 * less memory; addresses beyond it are not used). Only ring 0 may use the first large page and the device's page.
 * Source: Xen docs/misc/pvh.pandoc; Intel SDM vol. 3A, 10.8.5.
 */
#include "bench_guest.h"
#include "ringside/bench.h"
#include "ringside/pvh.h"

#define PRESENT_WRITE 0x3
#define USER 0x4
#define LARGE 0x80
#define UNCACHED 0x10
#define LARGE_SIZE 0x200000

#define CR0_PE_MP_NE_WP_PG 0x80010023
#define CR4_PAE_OSFXSR 0x220
#define MSR_EFER 0xc0000080
#define EFER_SCE_LME 0x101

	.section .note.pvh, "a", @note
	.balign	4
	.long	2f - 1f, 4f - 3f, PVH_NOTE_PHYS32_ENTRY
1:	.asciz	PVH_NOTE_NAME
2:	.balign	4
3:	.quad	start
4:

	.section .text.start, "ax"
	.code32
	.globl	start
start:
	cld
	lgdt	gdt_register
	mov	$CR4_PAE_OSFXSR, %eax
	mov	%eax, %cr4
	mov	$pml4, %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_SCE_LME, %eax
	wrmsr
	mov	$CR0_PE_MP_NE_WP_PG, %eax
	mov	%eax, %cr0
	ljmp	$KERNEL_CS, $1f
	.code64
1:	mov	$KERNEL_SS, %eax
	mov	%eax, %ss
	mov	%eax, %ds
	mov	%eax, %es
	mov	$stack_top, %esp
	call	bench_main

	.data
	.balign	8
	.globl	gdt
gdt:	.quad	0
	.quad	0x00af9b000000ffff	/* KERNEL_CS */
	.quad	0x00cf93000000ffff	/* KERNEL_SS */
	.quad	0
	.quad	0x00cff3000000ffff	/* USER_SS */
	.quad	0x00affb000000ffff	/* USER_CS */
	.globl	tss_descriptor
tss_descriptor:
	.quad	0, 0
gdt_register:
	.word	. - gdt - 1
	.quad	gdt

	.balign	4096
	.globl	pml4
pml4:	.quad	pdpt + PRESENT_WRITE + USER
	.fill	511, 8, 0
pdpt:	.quad	directory + PRESENT_WRITE + USER
	.quad	0, 0
	.quad	device_directory + PRESENT_WRITE
	.fill	508, 8, 0
directory:
	.quad	PRESENT_WRITE + LARGE
	.quad	LARGE_SIZE + PRESENT_WRITE + LARGE + USER
	.set	at, 2 * LARGE_SIZE
	.rept	(BENCH_MEMORY / LARGE_SIZE) - 2
	.quad	at + PRESENT_WRITE + LARGE + USER
	.set	at, at + LARGE_SIZE
	.endr
	.fill	512 - BENCH_MEMORY / LARGE_SIZE, 8, 0
device_directory:
	.fill	(BENCH_MMIO - 0xc0000000) / LARGE_SIZE, 8, 0
	.quad	BENCH_MMIO + PRESENT_WRITE + LARGE + UNCACHED
	.fill	511 - (BENCH_MMIO - 0xc0000000) / LARGE_SIZE, 8, 0

	.bss
	.balign	16
	.skip	16384
stack_top:

	.section .note.GNU-stack, "", @progbits
