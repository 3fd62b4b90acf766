/* SPDX-License-Identifier: MIT */
/* The final page tables of the kernel's half: more RAM, and the rights of each part of the image. */
#include "kernel/memory/kernel_map.h"

#include "kernel/boot/memory_layout.h"
#include "kernel/devices/instructions.h"
#include "kernel/memory/page_table.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/watch/event.h"
#include "kernel/watch/panic.h"

uint64_t pte_nx;
uint64_t pte_ring3 = PTE_USER;

/* kernel_tables.S, kernel.ld.S */
extern uint64_t direct_pdpt[512], direct_pt[512], kernel_pd[512], kernel_pt[512];
extern const char kernel_start[], rodata_start[], data_start[], kernel_end[];

#define GIB 0x40000000UL

static uint64_t image_physical(const void *symbol)
{
	return IMAGE_PHYSICAL((uint64_t)symbol);
}

/* Extends the direct map beyond the first 4 GiB, which kernel_tables.S has. */
static void map_more_ram(uint64_t ram_end)
{
	for (uint64_t address = 4 * GIB; address < ram_end; address += GIB) {
		uint64_t table = page_zeroed();
		if (table == 0)
			panic("no memory for the direct map");
		uint64_t *entries = direct(table);
		for (uint64_t i = 0; i < 512; i++)
			entries[i] = (address + i * LARGE_PAGE) | PTE_PRESENT | PTE_WRITE | PTE_LARGE | PTE_GLOBAL;
		direct_pdpt[address / GIB] = table | PTE_PRESENT | PTE_WRITE;
	}
}

static void map_pages(uint64_t table[512], uint64_t start, uint64_t end, uint64_t rights)
{
	uint64_t entry = start | rights | PTE_PRESENT | PTE_GLOBAL;

	for (uint64_t *place = &table[start >> PAGE_SHIFT]; place < &table[end >> PAGE_SHIFT]; place++) {
		*place = entry;
		entry += PAGE_SIZE;
	}
}

/*
 * Text is executable, data is writable, constants are neither. The image has two addresses, the kernel's own and the
 * one in the direct map, and neither of them may allow what the other forbids.
 */
static void map_image(void)
{
	uint64_t text = image_physical(kernel_start), rodata = image_physical(rodata_start);
	uint64_t data = image_physical(data_start), end = image_physical(kernel_end);

	map_pages(direct_pt, text, data, 0);
	map_pages(kernel_pt, text, rodata, 0);
	map_pages(kernel_pt, rodata, data, pte_nx);
	map_pages(kernel_pt, data, end, pte_nx | PTE_WRITE);
	kernel_pd[0] = image_physical(kernel_pt) | PTE_PRESENT | PTE_WRITE;
}

void memory_map_kernel(uint64_t ram_end)
{
	map_more_ram(ram_end);
	map_image();
	kernel_pml4[DIRECT_SLOT] |= pte_nx;
	kernel_pml4[KSTACK_SLOT] |= pte_nx;
	kernel_pml4[0] = 0;
	write_cr3(image_physical(kernel_pml4));
	/* Global pages come last: a global entry of the mapping at 0 would survive its removal. */
	write_cr4(read_cr4() | CR4_PGE);
}

void kernel_map_load(void)
{
	event(SPACE, 0, image_physical(kernel_pml4), 0);
	write_cr3(image_physical(kernel_pml4));
}
