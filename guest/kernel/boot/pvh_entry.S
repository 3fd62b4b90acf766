/* SPDX-License-Identifier: MIT */
/*
 * From the PVH entry to kernel_main: 32-bit protected mode without paging, to 64-bit mode in the upper
 * half. The page tables for that are data, made by the assembler, so the switch is a handful of
 * instructions. Source: Xen docs/misc/pvh.pandoc; Intel SDM vol. 3A, 10.8.5 (entering IA-32e mode).
 */
#include "kernel/boot/memory_layout.h"

#define PHYSICAL(symbol) ((symbol)-KERNEL_BASE)

#define PRESENT 1
#define WRITE 2
#define LARGE 0x80
#define GLOBAL 0x100

#define CR0_PE_NE_WP_PG 0x80010021
#define CR4_PAE 0x20
#define EFER 0xc0000080
#define EFER_LME 0x100

#define XEN_ELFNOTE_PHYS32_ENTRY 18

	.section .note.pvh, "a", @note
	.balign 4
	.long 4, 8, XEN_ELFNOTE_PHYS32_ENTRY
	.asciz "Xen"
	.quad PHYSICAL(pvh_entry)

	.section .boot, "ax"
	.code32
	.globl pvh_entry
	.type pvh_entry, @function
pvh_entry:
	cld
	mov %ebx, %edi				/* hvm_start_info, kernel_main's argument */
	lgdt PHYSICAL(boot_gdt_register)
	mov $CR4_PAE, %eax
	mov %eax, %cr4
	mov $PHYSICAL(boot_pml4), %eax
	mov %eax, %cr3
	mov $EFER, %ecx
	rdmsr
	or $EFER_LME, %eax
	wrmsr
	mov $CR0_PE_NE_WP_PG, %eax
	mov %eax, %cr0
	ljmp $KERNEL_CS, $PHYSICAL(1f)

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
	.long PHYSICAL(boot_gdt)

	/*
	 * The first 4 GiB at 0, in the direct map and, its first 2 MiB, at the kernel's address.
	 * memory_map_kernel gives these tables their final rights and drops the one at 0.
	 */
	.section .pages, "aw"
	.balign 4096
	.globl boot_pml4
boot_pml4:
	.quad PHYSICAL(direct_pdpt) + PRESENT + WRITE
	.fill DIRECT_SLOT - 1, 8, 0
	.quad PHYSICAL(direct_pdpt) + PRESENT + WRITE
	.fill KSTACK_SLOT - DIRECT_SLOT - 1, 8, 0
	.quad PHYSICAL(kstack_pdpt) + PRESENT + WRITE
	.fill KERNEL_SLOT - KSTACK_SLOT - 1, 8, 0
	.quad PHYSICAL(kernel_pdpt) + PRESENT + WRITE

	.globl direct_pdpt
direct_pdpt:
	.quad PHYSICAL(direct_pd) + PRESENT + WRITE
	.quad PHYSICAL(direct_pd) + 0x1000 + PRESENT + WRITE
	.quad PHYSICAL(direct_pd) + 0x2000 + PRESENT + WRITE
	.quad PHYSICAL(direct_pd) + 0x3000 + PRESENT + WRITE
	.fill 508, 8, 0

direct_pd:
	.quad PHYSICAL(direct_pt) + PRESENT + WRITE
	.set address, 0x200000
	.rept 4 * 512 - 1
	.quad address + PRESENT + WRITE + LARGE + GLOBAL
	.set address, address + 0x200000
	.endr

	.globl direct_pt
direct_pt:
	.set address, 0
	.rept 512
	.quad address + PRESENT + WRITE + GLOBAL
	.set address, address + 0x1000
	.endr

kernel_pdpt:
	.fill KERNEL_DIRECTORY_SLOT, 8, 0
	.quad PHYSICAL(kernel_pd) + PRESENT + WRITE
	.quad 0

	.globl kernel_pd
kernel_pd:
	.quad PHYSICAL(direct_pt) + PRESENT + WRITE
	.fill 511, 8, 0

	.globl kernel_pt, kstack_pdpt
kernel_pt:
	.fill 512, 8, 0
kstack_pdpt:
	.fill 512, 8, 0

	.bss
	.balign 16
	.space 8192
boot_stack_top:
