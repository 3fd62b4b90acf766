/* SPDX-License-Identifier: MIT */
/* Decodes the guest's IDT: see gates.h. */
#include "debug/gates.h"

#include <stdbool.h>
#include <string.h>

#include "machine/paging.h"

enum { VECTORS = 256, TYPE_PRESENT = 0x8000 };

/*
 * An interrupt or trap gate of 32-bit mode; a gate of 64-bit mode begins in the same way (Intel SDM vol. 3A, figures
 * 6-2 and 6-8).
 */
struct gate {
	uint16_t offset_low, selector, type, offset_middle;
};

struct long_gate {
	struct gate gate;
	uint32_t offset_high, reserved;
};

unsigned gates_read(const struct memory *memory, const struct kvm_sregs *sregs, uint64_t lstar,
		    uint64_t handlers[GATES_MAX])
{
	const bool is_long = sregs->efer & PAGING_EFER_LMA;
	const unsigned stride = is_long ? sizeof(struct long_gate) : sizeof(struct gate);
	const unsigned bytes = sregs->idt.limit + 1u;
	uint8_t table[VECTORS * sizeof(struct long_gate)];
	unsigned count = 0;

	const unsigned size =
		paging_read(memory, sregs, sregs->idt.base, table, bytes < sizeof(table) ? bytes : sizeof(table));
	for (unsigned at = 0; at + stride <= size && count < VECTORS; at += stride) {
		struct long_gate entry = {0};

		memcpy(&entry, table + at, stride);
		if (entry.gate.type & TYPE_PRESENT)
			handlers[count++] = entry.gate.offset_low | (uint64_t)entry.gate.offset_middle << 16 |
					    (uint64_t)entry.offset_high << 32;
	}
	if (is_long && lstar != 0)
		handlers[count++] = lstar;
	return count;
}
