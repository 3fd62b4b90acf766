/* SPDX-License-Identifier: MIT */
/*
 * The x86/HVM direct boot ABI (PVH): segments go to their physical addresses, initrd, command line and hvm_start_info
 * near the end of low RAM. The vCPU starts in 32-bit protected mode at the address of the PHYS32_ENTRY note, EBX
 * pointing to the start info. A row of the table in loader.c.
 * A kernel's note of its options (ringside/option_table.h) is looked for in the segment that has the PHYS32_ENTRY note.
 * Source: Xen docs/misc/pvh.pandoc; xen/include/public/arch-x86/hvm/start_info.h; System V gABI.
 */
#include <inttypes.h>
#include <string.h>

#include "base/file_kind.h"
#include "formats/cpio.h"
#include "loaders/kernel_image.h"
#include "loaders/loader.h"
#include "loaders/options_check.h"
#include "loaders/placement.h"
#include "ringside/option_table.h"
#include "ringside/pvh.h"

enum { MEMMAP_MAX = 5 };

/* The data that EBX points to, in one block. The command line follows the block. */
struct boot_block {
	struct pvh_start_info info;
	struct pvh_module module;
	struct pvh_memmap_entry memmap[MEMMAP_MAX];
};

/* ---- the entry ---- */

static bool is_entry(const struct elf64_note *note)
{
	return elf64_note_is(note, PVH_NOTE_PHYS32_ENTRY, PVH_NOTE_NAME) &&
	       (note->content.size == sizeof(uint32_t) || note->content.size == sizeof(uint64_t));
}

/* Takes the entry and the list of options from the notes of one segment. Returns whether the entry was there. */
static bool take_notes(struct kernel_image *image, uint64_t size, uint64_t alignment)
{
	const struct bytes notes = {image->notes, size};
	struct elf64_note note;
	bool found = false;

	for (uint64_t at = 0; elf64_next_note(notes, &at, alignment, &note);)
		if (!found && is_entry(&note)) {
			image->entry = 0;
			memcpy(&image->entry, note.content.start, note.content.size);
			found = true;
		} else if (elf64_note_is(&note, RINGSIDE_NOTE_OPTIONS, RINGSIDE_NOTE_NAME)) {
			image->options = note.content;
		}
	return found;
}

static int recognise(struct kernel_image *image, struct error *error)
{
	int is_elf = kernel_image_read_elf(image, error);

	if (is_elf != 1)
		return is_elf;
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct elf64_program_header *segment = &image->segments[i];
		uint64_t size = segment->filesz < sizeof(image->notes) ? segment->filesz : sizeof(image->notes);
		if (segment->type != ELF_PT_NOTE)
			continue;
		if (kernel_image_read(image, segment->offset, size, image->notes, error) < 0)
			return -1;
		if (take_notes(image, size, segment->align))
			return 1;
	}
	error_set(
		error,
		"%s: no PVH note (ELF note \"%s\", type %d): not a kernel for direct boot, see docs/your-own-guest.md; "
		"programs go into an initrd, by scripts/mkinitrd",
		image->path, PVH_NOTE_NAME, PVH_NOTE_PHYS32_ENTRY);
	return 0;
}

static bool entry_is_loaded(const struct kernel_image *image)
{
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct elf64_program_header *segment = &image->segments[i];
		if (segment->type == ELF_PT_LOAD && image->entry >= segment->paddr &&
		    image->entry - segment->paddr < segment->filesz)
			return true;
	}
	return false;
}

/* ---- the boot block, to which EBX points ---- */

static void describe(struct pvh_memmap_entry *entries, uint32_t *count, uint64_t start, uint64_t end, uint32_t type)
{
	if (start < end)
		entries[(*count)++] = (struct pvh_memmap_entry){start, end - start, type, 0};
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint32_t describe_memory(const struct memory *memory, struct pvh_memmap_entry *entries)
{
	const struct memory_range *low = &memory->low, *high = &memory->high;
	uint32_t count = 0;

	describe(entries, &count, 0, least(low->length, LEGACY_START), PVH_MEMORY_RAM);
	describe(entries, &count, LEGACY_START, LEGACY_END, PVH_MEMORY_RESERVED);
	describe(entries, &count, LEGACY_END, low->length, PVH_MEMORY_RAM);
	describe(entries, &count, MEMORY_HOLE_START, MEMORY_HOLE_END, PVH_MEMORY_RESERVED);
	describe(entries, &count, high->base, high->base + high->length, PVH_MEMORY_RAM);
	return count;
}

static int write_boot_block(struct placement *placement, const char *image, const struct initrd *initrd,
			    const char *command_line, struct boot *boot, struct error *error)
{
	uint64_t text_size = strlen(command_line) + 1, size = sizeof(struct boot_block) + text_size;
	uint64_t address = placement_take(placement, size);

	if (address == 0)
		return error_set(error,
				 "%s: command line of %" PRIu64 " bytes does not fit in guest memory beside the image; "
				 "try a greater -m",
				 image, text_size - 1);
	struct boot_block *block = memory_translate(placement->memory, address, size);
	block->info = (struct pvh_start_info){
		.magic = PVH_MAGIC,
		.version = PVH_VERSION,
		.module_count = initrd->size > 0,
		.modules = initrd->size > 0 ? address + offsetof(struct boot_block, module) : 0,
		.cmdline = address + sizeof(*block),
		.memmap = address + offsetof(struct boot_block, memmap),
		.memmap_count = describe_memory(placement->memory, block->memmap),
	};
	block->module = (struct pvh_module){.address = initrd->address, .size = initrd->size};
	memcpy(block + 1, command_line, text_size);
	boot->start_info = (uint32_t)address;
	return 0;
}

/* Checks that an initrd is of the format that a kernel with a note of its options takes. */
static int check_initrd(const struct placement *placement, const char *path, const struct initrd *initrd,
			struct error *error)
{
	const void *start = memory_translate(placement->memory, initrd->address, initrd->size);

	if (initrd->size == 0 || cpio_is_archive((struct bytes){start, initrd->size}))
		return 0;
	return placement_refuse_initrd(path, file_kind_of((struct bytes){start, initrd->size}), error);
}

static int load(const struct kernel_image *image, struct placement *placement, const char *initrd,
		const char *command_line, struct boot *boot, struct error *error)
{
	struct initrd module;
	const int wrong = options_check(image->options, command_line, error);

	if (wrong != 0)
		return wrong;
	if (image->entry > UINT32_MAX || !entry_is_loaded(image))
		return error_set(error, "%s: the entry %#" PRIx64 " lies outside what was loaded below 4 GiB",
				 image->path, image->entry);
	boot->entry = (uint32_t)image->entry;
	if (placement_load_segments(placement, image, error) < 0 ||
	    placement_load_initrd(placement, initrd, &module, error) < 0 ||
	    (image->options.start != NULL && check_initrd(placement, initrd, &module, error) < 0))
		return -1;
	return write_boot_block(placement, image->path, &module, command_line, boot, error);
}

const struct loader loader_pvh = {recognise, load};
