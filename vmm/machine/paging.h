/* SPDX-License-Identifier: MIT */
/*
 * Walks the guest's page tables as the processor does (Intel SDM vol. 3A, chapter 4): no paging, 32-bit, PAE, 4-level
 * and 5-level paging. Sets no accessed bits and checks no permissions. Called by crash reports and by vmm/debug.
 */
#ifndef VMM_MACHINE_PAGING_H
#define VMM_MACHINE_PAGING_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stdint.h>

#include "machine/guest_memory.h"

enum { PAGING_LEVELS_MAX = 5 };

#define PAGING_EFER_LMA UINT64_C(0x400) /* EFER: the processor is in long mode */

#define PAGING_PRESENT UINT64_C(0x1)
#define PAGING_WRITABLE UINT64_C(0x2)
#define PAGING_USER UINT64_C(0x4)
#define PAGING_LARGE UINT64_C(0x80)
#define PAGING_NO_EXECUTE (UINT64_C(1) << 63)

struct paging_step {
	const char *table; /* "PML4" */
	unsigned index;	   /* of the entry in the table */
	uint64_t address;  /* guest-physical address of the entry */
	uint64_t entry;	   /* its value; 0 when not readable */
	bool is_readable;  /* the entry is in RAM */
};

struct paging_walk {
	const char *mode; /* "4-level paging" */
	unsigned count;	  /* of steps, one for each table that was read */
	struct paging_step steps[PAGING_LEVELS_MAX];
	bool is_mapped;
	uint64_t physical; /* guest-physical address of the byte, when mapped */
};

/* Translates a linear address; *walk shows each step. */
void paging_walk(const struct memory *memory, const struct kvm_sregs *sregs, uint64_t linear, struct paging_walk *walk);

/* Reads up to `size` bytes at a linear address, up to the first that is not mapped RAM. Returns how many were read. */
unsigned paging_read(const struct memory *memory, const struct kvm_sregs *sregs, uint64_t linear, void *bytes,
		     unsigned size);

/* The linear address of the next instruction. */
uint64_t paging_linear_rip(const struct kvm_sregs *sregs, const struct kvm_regs *regs);

#endif
