/* SPDX-License-Identifier: MIT */
/*
 * The guest's page tables as the processor would walk them (Intel SDM vol. 3A, chapter 4): no paging,
 * 32-bit, PAE, 4-level, 5-level. For reports; sets no accessed bits and checks no permissions.
 */
#ifndef VMM_MACHINE_PAGING_H
#define VMM_MACHINE_PAGING_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stdint.h>

#include "machine/guest_memory.h"

enum { PAGING_LEVELS_MAX = 5 };

#define PAGING_PRESENT UINT64_C(0x1)
#define PAGING_WRITABLE UINT64_C(0x2)
#define PAGING_USER UINT64_C(0x4)
#define PAGING_LARGE UINT64_C(0x80)
#define PAGING_NO_EXECUTE (UINT64_C(1) << 63)

struct paging_step {
	const char *table; /* "PML4" */
	unsigned index;	   /* of the entry in it */
	uint64_t address;  /* guest-physical, of the entry */
	uint64_t entry;
	bool is_readable; /* the entry lies in RAM */
};

struct paging_walk {
	const char *mode; /* "4-level paging" */
	unsigned count;
	struct paging_step steps[PAGING_LEVELS_MAX];
	bool is_mapped;
	uint64_t physical; /* when mapped */
};

void paging_walk(const struct memory *memory, const struct kvm_sregs *sregs, uint64_t linear, struct paging_walk *walk);

/* Reads up to `size` bytes at a linear address; returns how many lie in mapped RAM. */
unsigned paging_read(const struct memory *memory, const struct kvm_sregs *sregs, uint64_t linear, void *bytes,
		     unsigned size);

/* Where the next instruction is. */
uint64_t paging_linear_rip(const struct kvm_sregs *sregs, const struct kvm_regs *regs);

#endif
