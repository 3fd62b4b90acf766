/* SPDX-License-Identifier: MIT */
/*
 * The PVH loader: fills guest memory with what a kernel needs to start. Called once by cmd/run.
 *
 * Layout: segments where the image wants them; then, from the end of low RAM downwards and around the
 * segments, the initrd (whole pages) and one block with start info, module, memory map and command line.
 * 0xa0000-0xfffff is RAM that works, but the memory map calls it reserved as on every PC: kernels
 * expect video memory and firmware there and do not allocate from it. A segment may be placed in it.
 */
#include "loaders/pvh_loader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loaders/elf_image.h"
#include "ringside/pvh.h"

enum { MEMMAP_MAX = 5, NOTES_MAX = 4096 };

#define LEGACY_START UINT64_C(0xa0000)
#define LEGACY_END UINT64_C(0x100000)

/* [start, end) of guest-physical memory that is taken. */
struct span {
	uint64_t start, end;
};

struct layout {
	const struct memory *memory;
	unsigned count;
	struct span taken[ELF_SEGMENTS_MAX + 4]; /* first page, legacy range, initrd, boot block */
};

/* What EBX points to; one piece, so that it is placed once. The command line follows it. */
struct boot_block {
	struct pvh_start_info info;
	struct pvh_module module;
	struct pvh_memmap_entry memmap[MEMMAP_MAX];
};

struct initrd {
	uint64_t address, size;
};

static const struct span *overlapping(const struct span *spans, unsigned count, uint64_t start, uint64_t end)
{
	for (unsigned i = 0; i < count; i++)
		if (start < spans[i].end && spans[i].start < end)
			return &spans[i];
	return NULL;
}

static void take(struct layout *layout, uint64_t start, uint64_t end)
{
	layout->taken[layout->count++] = (struct span){start, end};
}

/* Finds `size` free bytes, page-aligned, as high in low RAM as can be. Returns 0 (never free) when there are none. */
static uint64_t place(struct layout *layout, uint64_t size)
{
	uint64_t top = layout->memory->low.length;

	while (size <= top) {
		uint64_t start = (top - size) & ~(MEMORY_PAGE_SIZE - 1);
		const struct span *other = overlapping(layout->taken, layout->count, start, start + size);
		if (other == NULL) {
			take(layout, start, start + size);
			return start;
		}
		top = other->start;
	}
	return 0;
}

/* ---- segments ---- */

static int load_segment(const struct elf_file *elf, const Elf64_Phdr *segment, struct layout *layout,
			struct error *error)
{
	uint64_t start = segment->p_paddr, size = segment->p_memsz;

	if (segment->p_filesz > size)
		return error_set(error, "%s: segment at %#" PRIx64 " has more bytes in the file than in memory",
				 elf->path, start);
	if (size > UINT64_MAX - start)
		return error_set(error,
				 "%s: segment at %#" PRIx64 " of %#" PRIx64 " bytes wraps around the address space",
				 elf->path, start, size);
	void *host = memory_translate(layout->memory, start, size);
	if (host == NULL)
		return error_set(error,
				 "%s: segment %#" PRIx64 "-%#" PRIx64 " is not within guest memory; try a greater -m",
				 elf->path, start, start + size);
	if (overlapping(layout->taken, layout->count, start, start + size) != NULL)
		return error_set(error, "%s: segment %#" PRIx64 "-%#" PRIx64 " overlaps another one", elf->path, start,
				 start + size);
	take(layout, start, start + size);
	/* The rest up to p_memsz is zero already: fresh anonymous memory that nothing else has been loaded to. */
	return elf_read(elf, segment->p_offset, segment->p_filesz, host, error);
}

static int load_segments(const struct elf_file *elf, struct layout *layout, struct error *error)
{
	for (unsigned i = 0; i < elf->segment_count; i++) {
		const Elf64_Phdr *segment = &elf->segments[i];
		if (segment->p_type == PT_LOAD && segment->p_memsz > 0 && load_segment(elf, segment, layout, error) < 0)
			return -1;
	}
	if (layout->count == 0)
		return error_set(error, "%s: nothing to load: no PT_LOAD segment", elf->path);
	return 0;
}

static bool entry_is_loaded(const struct elf_file *elf, uint64_t entry)
{
	for (unsigned i = 0; i < elf->segment_count; i++) {
		const Elf64_Phdr *segment = &elf->segments[i];
		if (segment->p_type == PT_LOAD && entry >= segment->p_paddr &&
		    entry - segment->p_paddr < segment->p_filesz)
			return true;
	}
	return false;
}

/* ---- the note ---- */

static uint64_t align_up(uint64_t value, uint64_t alignment)
{
	return (value + alignment - 1) & ~(alignment - 1);
}

static bool is_entry_note(const Elf64_Nhdr *note, const uint8_t *name)
{
	return note->n_type == PVH_NOTE_PHYS32_ENTRY && note->n_namesz == sizeof(PVH_NOTE_NAME) &&
	       memcmp(name, PVH_NOTE_NAME, sizeof(PVH_NOTE_NAME)) == 0 &&
	       (note->n_descsz == sizeof(uint32_t) || note->n_descsz == sizeof(uint64_t));
}

/* Looks for the entry in one note segment. Sizes are 32-bit, sums 64-bit: nothing wraps. */
static bool find_entry(const uint8_t *notes, uint64_t length, uint64_t alignment, uint64_t *entry)
{
	uint64_t offset = 0;

	while (offset < length && length - offset >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;
		memcpy(&note, notes + offset, sizeof(note));
		uint64_t name = offset + sizeof(note);
		uint64_t descriptor = align_up(name + note.n_namesz, alignment);
		if (descriptor > length || note.n_descsz > length - descriptor)
			return false;
		if (is_entry_note(&note, notes + name)) {
			*entry = 0;
			memcpy(entry, notes + descriptor, note.n_descsz);
			return true;
		}
		offset = align_up(descriptor + note.n_descsz, alignment);
	}
	return false;
}

/* 1 when found, 0 when not, -1 when the file cannot be read. */
static int read_entry(const struct elf_file *elf, uint64_t *entry, struct error *error)
{
	for (unsigned i = 0; i < elf->segment_count; i++) {
		const Elf64_Phdr *segment = &elf->segments[i];
		uint8_t notes[NOTES_MAX];
		uint64_t length = segment->p_filesz < sizeof(notes) ? segment->p_filesz : sizeof(notes);
		if (segment->p_type != PT_NOTE)
			continue;
		if (elf_read(elf, segment->p_offset, length, notes, error) < 0)
			return -1;
		if (find_entry(notes, length, segment->p_align == 8 ? 8 : 4, entry))
			return 1;
	}
	return 0;
}

static int check_entry(const struct elf_file *elf, struct pvh_boot *boot, struct error *error)
{
	uint64_t entry;
	int found = read_entry(elf, &entry, error);

	if (found < 0)
		return -1;
	if (found == 0)
		return error_set(error, "%s: no PVH note (ELF note \"%s\", type %d): not a kernel for direct boot",
				 elf->path, PVH_NOTE_NAME, PVH_NOTE_PHYS32_ENTRY);
	if (entry > UINT32_MAX || !entry_is_loaded(elf, entry))
		return error_set(error, "%s: the entry %#" PRIx64 " lies outside what was loaded below 4 GiB",
				 elf->path, entry);
	boot->entry = (uint32_t)entry;
	return 0;
}

static int load_image(const char *path, struct layout *layout, struct pvh_boot *boot, struct error *error)
{
	struct elf_file elf;

	if (elf_open(&elf, path, error) < 0)
		return -1;
	int result = check_entry(&elf, boot, error);
	if (result == 0)
		result = load_segments(&elf, layout, error);
	elf_close(&elf);
	return result;
}

/* ---- the initrd ---- */

static int read_initrd(int fd, const char *path, struct layout *layout, struct initrd *initrd, struct error *error)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_set(error, "%s: cannot read: %s", path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return error_set(error, "%s: not a regular file", path);
	if (status.st_size == 0)
		return error_set(error, "%s: empty file", path);
	initrd->size = (uint64_t)status.st_size;
	initrd->address = place(layout, initrd->size);
	if (initrd->address == 0)
		return error_set(error,
				 "%s: initrd of %" PRIu64 " bytes does not fit in guest memory; try a greater -m", path,
				 initrd->size);
	void *host = memory_translate(layout->memory, initrd->address, initrd->size);
	int64_t got = loader_read(fd, path, 0, initrd->size, host, error);
	if (got < 0)
		return -1;
	if ((uint64_t)got < initrd->size)
		return error_set(error, "%s: truncated while it was being read", path);
	return 0;
}

static int load_initrd(const char *path, struct layout *layout, struct initrd *initrd, struct error *error)
{
	if (path == NULL)
		return 0;
	int fd = loader_open(path, error);
	if (fd < 0)
		return -1;
	int result = read_initrd(fd, path, layout, initrd, error);
	close(fd);
	return result;
}

/* ---- what EBX points to ---- */

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

static int write_boot_block(struct layout *layout, const char *image, const struct initrd *initrd,
			    const char *command_line, struct pvh_boot *boot, struct error *error)
{
	uint64_t text_size = strlen(command_line) + 1, size = sizeof(struct boot_block) + text_size;
	uint64_t address = place(layout, size);

	if (address == 0)
		return error_set(error,
				 "%s: command line of %" PRIu64 " bytes does not fit in guest memory beside the image; "
				 "try a greater -m",
				 image, text_size - 1);
	struct boot_block *block = memory_translate(layout->memory, address, size);
	block->info = (struct pvh_start_info){
		.magic = PVH_MAGIC,
		.version = PVH_VERSION,
		.module_count = initrd->size > 0,
		.modules = initrd->size > 0 ? address + offsetof(struct boot_block, module) : 0,
		.cmdline = address + sizeof(*block),
		.memmap = address + offsetof(struct boot_block, memmap),
		.memmap_count = describe_memory(layout->memory, block->memmap),
	};
	block->module = (struct pvh_module){.address = initrd->address, .size = initrd->size};
	memcpy(block + 1, command_line, text_size);
	boot->start_info = (uint32_t)address;
	return 0;
}

int pvh_load(struct memory *memory, const char *image, const char *initrd, const char *command_line,
	     struct pvh_boot *boot, struct error *error)
{
	struct layout layout = {.memory = memory};
	struct initrd module = {0};

	if (load_image(image, &layout, boot, error) < 0)
		return -1;
	/* Kernels take address 0 for "none", and the legacy range for reserved: put nothing of ours there. */
	take(&layout, 0, MEMORY_PAGE_SIZE);
	take(&layout, LEGACY_START, LEGACY_END);
	if (load_initrd(initrd, &layout, &module, error) < 0)
		return -1;
	return write_boot_block(&layout, image, &module, command_line, boot, error);
}
