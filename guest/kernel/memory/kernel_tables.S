/* SPDX-License-Identifier: MIT */
/*
 * The page tables that boot switches on, as the assembler makes them: the first 4 GiB of physical addresses at 0 and in
 * the direct map, and the first 2 MiB also at the kernel's address. pvh_entry.S loads them; memory_map_kernel
 * (kernel_map.c) gives them their final rights and drops the map at 0.
 */
#include "kernel/boot/memory_layout.h"
#include "kernel/memory/page_table.h"

	.section .pages, "aw"
	.balign 4096
	.globl kernel_pml4
kernel_pml4:
	.quad IMAGE_PHYSICAL(direct_pdpt) + PTE_PRESENT + PTE_WRITE
	.fill DIRECT_SLOT - 1, 8, 0
	.quad IMAGE_PHYSICAL(direct_pdpt) + PTE_PRESENT + PTE_WRITE
	.fill KSTACK_SLOT - DIRECT_SLOT - 1, 8, 0
	.quad IMAGE_PHYSICAL(kstack_pdpt) + PTE_PRESENT + PTE_WRITE
	.fill KERNEL_SLOT - KSTACK_SLOT - 1, 8, 0
	.quad IMAGE_PHYSICAL(kernel_pdpt) + PTE_PRESENT + PTE_WRITE

	.globl direct_pdpt
direct_pdpt:
	.quad IMAGE_PHYSICAL(direct_pd) + PTE_PRESENT + PTE_WRITE
	.quad IMAGE_PHYSICAL(direct_pd) + 0x1000 + PTE_PRESENT + PTE_WRITE
	.quad IMAGE_PHYSICAL(direct_pd) + 0x2000 + PTE_PRESENT + PTE_WRITE
	.quad IMAGE_PHYSICAL(direct_pd) + 0x3000 + PTE_PRESENT + PTE_WRITE
	.fill 508, 8, 0

direct_pd:
	.quad IMAGE_PHYSICAL(direct_pt) + PTE_PRESENT + PTE_WRITE
	.set address, 0x200000
	.rept 4 * 512 - 1
	.quad address + PTE_PRESENT + PTE_WRITE + PTE_LARGE + PTE_GLOBAL
	.set address, address + 0x200000
	.endr

	.globl direct_pt
direct_pt:
	.set address, 0
	.rept 512
	.quad address + PTE_PRESENT + PTE_WRITE + PTE_GLOBAL
	.set address, address + 0x1000
	.endr

kernel_pdpt:
	.fill KERNEL_DIRECTORY_SLOT, 8, 0
	.quad IMAGE_PHYSICAL(kernel_pd) + PTE_PRESENT + PTE_WRITE
	.quad 0

	.globl kernel_pd
kernel_pd:
	.quad IMAGE_PHYSICAL(direct_pt) + PTE_PRESENT + PTE_WRITE
	.fill 511, 8, 0

	.globl kernel_pt, kstack_pdpt
kernel_pt:
	.fill 512, 8, 0
kstack_pdpt:
	.fill 512, 8, 0
