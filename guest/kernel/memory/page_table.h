/* SPDX-License-Identifier: MIT */
/* Page-table entries (SDM vol. 3A, 4.5). */
#ifndef GUEST_KERNEL_MEMORY_PAGE_TABLE_H
#define GUEST_KERNEL_MEMORY_PAGE_TABLE_H

/* The bits below 32 are also for assembly, whose constants have no suffix. */
#ifdef __ASSEMBLER__
#define PTE_BIT(number) (1 << (number))
#else
#define PTE_BIT(number) (1UL << (number))
#endif

#define PTE_PRESENT PTE_BIT(0)
#define PTE_WRITE PTE_BIT(1)
#define PTE_USER PTE_BIT(2)
#define PTE_LARGE PTE_BIT(7)
#define PTE_GLOBAL PTE_BIT(8)

#ifndef __ASSEMBLER__
#include <stdint.h>

#define PTE_NX PTE_BIT(63)
#define PTE_ADDRESS 0x000ffffffffff000UL /* the physical address in an entry */

#define LARGE_PAGE 0x200000UL /* bytes that an entry with PTE_LARGE, or else a table of the lowest level, maps */

/* PTE_NX where the CPU has it, else 0 (devices/cpu.c). */
extern uint64_t pte_nx;

/* PTE_USER, or 0 where processes run in ring 0 (protocol=direct). */
extern uint64_t pte_ring3;
#endif

#endif
