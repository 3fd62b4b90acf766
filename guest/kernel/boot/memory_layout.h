/* SPDX-License-Identifier: MIT */
/*
 * The layout of virtual memory, and the segment selectors. C, assembly and the linker script include this, so it holds
 * plain constants only.
 *
 *   0x0000000000010000  user memory; each process has its own
 *   0xffff800000000000  direct map: all RAM, by large pages, not executable
 *   0xffffc00000000000  kernel stacks, one slot each, with a guard below
 *   0xffffffff80000000  the kernel image
 */
#ifndef GUEST_KERNEL_BOOT_MEMORY_LAYOUT_H
#define GUEST_KERNEL_BOOT_MEMORY_LAYOUT_H

#define USER_START 0x10000 /* below it nothing is ever mapped, so null pointers fault */
/* A page less than the canonical half, because a SYSCALL at the end of the half returns to no canonical address. */
#ifndef USER_END
#define USER_END 0x7ffffffff000
#endif
#define USER_STACK_TOP 0x7fffffff0000
#define USER_STACK_SIZE 0x800000		       /* at most; pages are taken as they are touched */
#define MAP_TOP (USER_STACK_TOP - 2 * USER_STACK_SIZE) /* mmap(2) takes addresses below this, far below the stack */

#define DIRECT_BASE 0xffff800000000000
#define KSTACK_BASE 0xffffc00000000000
#define KERNEL_BASE 0xffffffff80000000
#define KERNEL_PHYSICAL 0x100000
#define IMAGE_PHYSICAL(address) ((address)-KERNEL_BASE) /* the physical address of a byte of the image */
#define KERNEL_LIMIT 0x200000 /* the image ends below this physical address, because one page table maps it */

#define DIRECT_SLOT 256 /* indices in the top-level page table */
#define KSTACK_SLOT 384
#define KERNEL_SLOT 511
#define KERNEL_DIRECTORY_SLOT 510 /* the kernel image's entry in the second-level table */

#define KSTACK_STRIDE 0x4000 /* a slot: guard pages, then the stack at its upper end */
#define KSTACK_SIZE 0x2000

/* SYSCALL and SYSRET demand this order: kernel SS = CS + 8; user SS = base + 8, user CS = base + 16. */
#define KERNEL_CS 0x08
#define KERNEL_SS 0x10
#define SYSRET_BASE 0x1b
#define USER_SS 0x23
#define USER_CS 0x2b
#define TSS_SELECTOR 0x30

#endif
