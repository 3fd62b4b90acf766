/* SPDX-License-Identifier: MIT */
/* Overwriting what cannot be written: the page table says for a moment that it can. */
#include "kernel/lessons/overwrite.h"

#include "kernel/boot/memory_layout.h"
#include "kernel/devices/instructions.h"
#include "kernel/lib/pages.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/page_table.h"

extern uint64_t kernel_pt[512]; /* kernel_tables.S */

static void set_write(uint64_t address, uint64_t write)
{
	uint64_t *entry = &kernel_pt[IMAGE_PHYSICAL(address) >> PAGE_SHIFT];

	*entry = (*entry & ~PTE_WRITE) | write;
	invlpg(address);
}

void overwrite(uint64_t address, const void *bytes, uint64_t size)
{
	uint64_t last = address + size - 1;

	set_write(address, PTE_WRITE);
	set_write(last, PTE_WRITE);
	memcpy((void *)address, bytes, size);
	set_write(address, 0);
	set_write(last, 0);
}
