/* SPDX-License-Identifier: MIT */
/* The slots of the kernel stacks' address range, and the pages in them. */
#include "kernel/memory/kernel_stacks.h"

#include <stddef.h>

#include "kernel/boot/memory_layout.h"
#include "kernel/devices/instructions.h"
#include "kernel/memory/kernel_map.h"
#include "kernel/memory/page_table.h"
#include "kernel/memory/physical_pages.h"

enum { SLOTS_PER_TABLE = LARGE_PAGE / KSTACK_STRIDE, SLOTS_MAX = 512 * SLOTS_PER_TABLE * 8 };

/* Slots 1 to `slots` have been used. `free_slot` is the first slot that is free again; 0 = none is. */
static uint32_t slots, free_slot;

/* The page-table entry of an address among the kernel stacks, with its tables made if needed. NULL: out of memory. */
static uint64_t *kstack_entry(uint64_t address)
{
	uint64_t *table = kstack_pdpt;

	for (unsigned shift = 30; shift > 12; shift -= 9) {
		uint64_t *entry = &table[address >> shift & 511];
		if (*entry == 0) {
			uint64_t page = page_zeroed();
			if (page == 0)
				return NULL;
			*entry = page | PTE_PRESENT | PTE_WRITE;
		}
		table = direct(*entry & PTE_ADDRESS);
	}
	return &table[address >> PAGE_SHIFT & 511];
}

/* A free slot keeps the number of the next one in the entry of its lowest guard page, as a not-present value. */
static uint32_t take_slot(void)
{
	if (free_slot == 0)
		return slots < SLOTS_MAX ? ++slots : 0;
	uint32_t slot = free_slot;
	uint64_t *entry = kstack_entry(KSTACK_BASE + (uint64_t)slot * KSTACK_STRIDE);
	free_slot = (uint32_t)(*entry >> PAGE_SHIFT);
	*entry = 0;
	return slot;
}

static void give_slot(uint32_t slot)
{
	*kstack_entry(KSTACK_BASE + (uint64_t)slot * KSTACK_STRIDE) = (uint64_t)free_slot << PAGE_SHIFT;
	free_slot = slot;
}

static void unmap_stack(uint64_t top)
{
	for (uint64_t address = top - KSTACK_SIZE; address < top; address += PAGE_SIZE) {
		uint64_t *entry = kstack_entry(address);
		if (*entry == 0)
			continue;
		page_put(*entry & PTE_ADDRESS);
		*entry = 0;
		invlpg(address);
	}
}

uint64_t kstack_get(void)
{
	uint32_t slot = take_slot();

	if (slot == 0)
		return 0;
	uint64_t top = KSTACK_BASE + (uint64_t)(slot + 1) * KSTACK_STRIDE;
	for (uint64_t address = top - KSTACK_SIZE; address < top; address += PAGE_SIZE) {
		uint64_t *entry = kstack_entry(address);
		uint64_t frame = entry == NULL ? 0 : pages_get(&pages);
		if (frame == 0) {
			if (entry == NULL) {
				slots--; /* a slot that was used before has its table */
				return 0;
			}
			unmap_stack(top);
			give_slot(slot);
			return 0;
		}
		*entry = frame << PAGE_SHIFT | PTE_PRESENT | PTE_WRITE | PTE_GLOBAL;
	}
	return top;
}

void kstack_put(uint64_t top)
{
	unmap_stack(top);
	give_slot((uint32_t)((top - KSTACK_BASE) / KSTACK_STRIDE - 1));
}
