/* SPDX-License-Identifier: MIT */
/* The kernel's own memory: the page allocator's one instance, the final page tables, kernel stacks. */
#include "kernel/memory/kernel_memory.h"

#include "kernel/devices/cpu.h"
#include "kernel/watch/kernel.h"

struct pages pages;
uint64_t pte_nx;
uint64_t pte_ring3 = PTE_USER;

/* boot.S, kernel.ld.S */
extern uint64_t boot_pml4[512], direct_pdpt[512], direct_pt[512], kernel_pd[512], kernel_pt[512], kstack_pdpt[512];
extern const char kernel_start[], rodata_start[], data_start[], kernel_end[];

#define LARGE_PAGE 0x200000UL
#define GIB 0x40000000UL

static uint64_t image_physical(const void *symbol)
{
	return (uint64_t)symbol - KERNEL_BASE;
}

/* Beyond the first 4 GiB, which the boot tables have. */
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
	for (; start < end; start += PAGE_SIZE)
		table[start >> PAGE_SHIFT] = start | rights | PTE_PRESENT | PTE_GLOBAL;
}

/* W^X: text is executable, constants are neither, data is writable; by either of their two addresses. */
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
	boot_pml4[DIRECT_SLOT] |= pte_nx;
	boot_pml4[KSTACK_SLOT] |= pte_nx;
	boot_pml4[0] = 0;
	write_cr3(image_physical(boot_pml4));
	/* Only now: an entry of the dropped mapping at 0 must not have become a global one. */
	write_cr4(read_cr4() | CR4_PGE);
}

uint64_t page_zeroed(void)
{
	uint64_t frame = pages_get(&pages);

	if (frame == 0)
		return 0;
	memset(pages_address(&pages, frame), 0, PAGE_SIZE);
	return frame << PAGE_SHIFT;
}

/* ---- kernel stacks ---- */

/* Slots that were used and are free again are chained by number; fresh ones follow `slots`. */
enum { SLOTS_PER_TABLE = LARGE_PAGE / KSTACK_STRIDE, SLOTS_MAX = 512 * SLOTS_PER_TABLE * 8 };

static uint32_t slots, free_slot;

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
				slots--; /* only a fresh slot can lack its table */
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
