/* SPDX-License-Identifier: MIT */
/* Walks the guest's page tables in each paging mode: see paging.h. */
#include "machine/paging.h"

#include <string.h>

enum {
	CR0_PG_SHIFT = 31,
	CR4_PSE = 1u << 4,
	CR4_PAE = 1u << 5,
	CR4_LA57 = 1u << 12,
	PAGE_SHIFT = 12,
};

#define ADDRESS_BITS UINT64_C(0x000ffffffffff000)
#define PDPT_PAE_BITS UINT64_C(0xffffffe0) /* the PDPT address in CR3 with PAE paging, 32-byte aligned */

struct format {
	const char *mode;
	const char *tables[PAGING_LEVELS_MAX]; /* names, beginning with the table in CR3 */
	unsigned levels;
	unsigned entry_size; /* bytes */
	unsigned index_bits; /* bits of the linear address that select an entry of a table */
};

/* clang-format off */
static const struct format format_32bit = {"32-bit paging", {"PD", "PT"}, 2, 4, 10};
static const struct format format_pae = {"PAE paging", {"PDPT", "PD", "PT"}, 3, 8, 9};
static const struct format format_4level = {"4-level paging", {"PML4", "PDPT", "PD", "PT"}, 4, 8, 9};
static const struct format format_5level = {"5-level paging", {"PML5", "PML4", "PDPT", "PD", "PT"}, 5, 8, 9};
/* clang-format on */

static const struct format *format_of(const struct kvm_sregs *sregs)
{
	if (!(sregs->cr4 & CR4_PAE))
		return &format_32bit;
	if (!(sregs->efer & PAGING_EFER_LMA))
		return &format_pae;
	return sregs->cr4 & CR4_LA57 ? &format_5level : &format_4level;
}

/* Reads the entry of a step. Returns whether the entry is in RAM and present. */
static bool read_entry(const struct memory *memory, struct paging_step *step, unsigned size)
{
	const void *entry = memory_translate(memory, step->address, size);

	step->entry = 0;
	step->is_readable = entry != NULL;
	if (step->is_readable)
		memcpy(&step->entry, entry, size);
	return step->is_readable && (step->entry & PAGING_PRESENT);
}

/* Whether an entry above the last level maps a large page instead of pointing to the next table. */
static bool is_large(const struct format *format, const struct kvm_sregs *sregs, unsigned level, uint64_t entry)
{
	const unsigned above_leaf = format->levels - 1 - level;

	if (!(entry & PAGING_LARGE) || above_leaf == 0)
		return false;
	if (format == &format_32bit)
		return sregs->cr4 & CR4_PSE;
	return above_leaf == 1 || (above_leaf == 2 && format != &format_pae);
}

/* The physical address of the page that an entry maps. PSE-36: bits 20:13 of a 4 MiB entry are address bits 39:32. */
static uint64_t leaf_base(const struct format *format, uint64_t entry, unsigned shift)
{
	const uint64_t base = entry & ADDRESS_BITS & ~((UINT64_C(1) << shift) - 1);

	if (format != &format_32bit)
		return base;
	return (uint32_t)base | (shift > PAGE_SHIFT ? (entry >> 13 & 0xff) << 32 : 0);
}

void paging_walk(const struct memory *memory, const struct kvm_sregs *sregs, uint64_t linear, struct paging_walk *walk)
{
	const struct format *format = format_of(sregs);
	uint64_t table = sregs->cr3 & (format == &format_pae ? PDPT_PAE_BITS : ADDRESS_BITS);

	*walk = (struct paging_walk){.mode = "no paging", .is_mapped = true, .physical = linear};
	if (!(sregs->cr0 >> CR0_PG_SHIFT & 1))
		return;
	walk->mode = format->mode;
	walk->is_mapped = false;
	for (unsigned level = 0; level < format->levels; level++) {
		const unsigned shift = PAGE_SHIFT + (format->levels - 1 - level) * format->index_bits;
		const unsigned index = (unsigned)(linear >> shift) & ((1u << format->index_bits) - 1);
		struct paging_step *step = &walk->steps[walk->count++];

		*step = (struct paging_step){format->tables[level], index, table + index * format->entry_size, 0,
					     false};
		if (!read_entry(memory, step, format->entry_size))
			return;
		if (level == format->levels - 1 || is_large(format, sregs, level, step->entry)) {
			walk->is_mapped = true;
			walk->physical =
				leaf_base(format, step->entry, shift) | (linear & ((UINT64_C(1) << shift) - 1));
			return;
		}
		table = step->entry & ADDRESS_BITS;
	}
}

unsigned paging_read(const struct memory *memory, const struct kvm_sregs *sregs, uint64_t linear, void *bytes,
		     unsigned size)
{
	struct paging_walk walk;
	unsigned done = 0;

	while (done < size) {
		const uint64_t at = linear + done;
		const uint64_t rest_of_page = MEMORY_PAGE_SIZE - at % MEMORY_PAGE_SIZE;
		const unsigned part = size - done < rest_of_page ? size - done : (unsigned)rest_of_page;

		paging_walk(memory, sregs, at, &walk);
		const void *host = walk.is_mapped ? memory_translate(memory, walk.physical, part) : NULL;
		if (host == NULL)
			break;
		memcpy((char *)bytes + done, host, part);
		done += part;
	}
	return done;
}

uint64_t paging_linear_rip(const struct kvm_sregs *sregs, const struct kvm_regs *regs)
{
	return sregs->efer & PAGING_EFER_LMA && sregs->cs.l ? regs->rip : (uint32_t)(sregs->cs.base + regs->rip);
}
