/* SPDX-License-Identifier: MIT */
/*
 * From the PVH entry to kernel_main. The VMM starts the kernel at pvh_entry in 32-bit protected mode without paging; this
 * switches to 64-bit mode and jumps to the upper half. The page tables are data (memory/kernel_tables.S), so the switch
 * takes few instructions. Source: Xen docs/misc/pvh.pandoc; Intel SDM vol. 3A, 10.8.5 (entering IA-32e mode).
 */
#include "kernel/boot/memory_layout.h"
#include "ringside/pvh.h"

#define CR0_PE_NE_WP_PG 0x80010021
#define CR4_PAE 0x20
#define EFER 0xc0000080
#define EFER_LME 0x100

	.section .note.pvh, "a", @note
	.balign 4
	.long 4, 8, PVH_NOTE_PHYS32_ENTRY
	.asciz PVH_NOTE_NAME
	.quad IMAGE_PHYSICAL(pvh_entry)

	.section .boot, "ax"
	.code32
	.globl pvh_entry
	.type pvh_entry, @function
pvh_entry:
	cld
	mov %ebx, %edi				/* hvm_start_info, kernel_main's argument */
	lgdt IMAGE_PHYSICAL(boot_gdt_register)
	mov $CR4_PAE, %eax
	mov %eax, %cr4
	mov $IMAGE_PHYSICAL(kernel_pml4), %eax
	mov %eax, %cr3
	mov $EFER, %ecx
	rdmsr
	or $EFER_LME, %eax
	wrmsr
	mov $CR0_PE_NE_WP_PG, %eax
	mov %eax, %cr0
	ljmp $KERNEL_CS, $IMAGE_PHYSICAL(1f)

	.code64
1:	mov $upper_half, %rax
	jmp *%rax
upper_half:
	xor %eax, %eax
	mov %eax, %ss
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %fs
	mov %eax, %gs
	mov $boot_stack_top, %rsp
	mov %edi, %edi
	call kernel_main
	.size pvh_entry, . - pvh_entry

	.section .rodata
	.balign 8
boot_gdt:
	.quad 0
	.quad 0x00af9b000000ffff		/* KERNEL_CS: 64-bit code */
	.quad 0x00cf93000000ffff		/* KERNEL_SS */
boot_gdt_register:
	.word . - boot_gdt - 1
	.long IMAGE_PHYSICAL(boot_gdt)

	.bss
	.balign 16
	.space 8192
boot_stack_top:
