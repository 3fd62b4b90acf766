/* SPDX-License-Identifier: MIT */
/*
 * Reads the function symbols of ELF64 files and of the programs in a cpio archive: see symbols.h. Called by vmm/run
 * when a trace or a crash report needs names, and by the tools.
 */
#include <stdlib.h>
#include <string.h>

#include "base/image_file.h"
#include "formats/cpio.h"
#include "formats/elf64.h"
#include "ringside/device.h"
#include "symbols/symbols_table.h"

/* Whether a symbol names code: a function, or a global label of assembly code, which has no type. */
static bool is_code(struct bytes elf, const struct elf64_header *header, const struct elf64_symbol *symbol)
{
	unsigned type = symbol->info & 0xf, binding = symbol->info >> 4;
	const struct elf64_section_header *home = elf64_section(elf, header, symbol->shndx);

	if (type != ELF_STT_FUNC && !(type == ELF_STT_NOTYPE && binding != ELF_STB_LOCAL))
		return false;
	return symbol->shndx != ELF_SHN_UNDEF && home != NULL && (home->flags & ELF_SHF_EXECINSTR) != 0;
}

/*
 * A checksum by which a reader of the trace knows the file again: the symbols do not show whether the code is the same,
 * and a stripped program has none. Takes eight bytes a step, since every run that is traced waits for it.
 */
static uint32_t checksum_of(struct bytes file)
{
	const uint64_t prime = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t sum = file.size;

	for (size_t at = 0; at < file.size; at += sizeof(sum)) {
		const size_t left = file.size - at;
		uint64_t word = 0;

		memcpy(&word, file.start + at, left < sizeof(word) ? left : sizeof(word));
		sum = (sum ^ word) * prime;
		sum ^= sum >> 32;
	}
	return (uint32_t)sum != 0 ? (uint32_t)sum : 1;
}

uint64_t symbols_elf_base(uint64_t archive, const void *elf, size_t size)
{
	const struct elf64_header *header = elf64_header((struct bytes){elf, size});

	return archive != 0 && header != NULL && header->type == ELF_ET_DYN ? ELF_PIE_BASE : 0;
}

void symbols_add_elf(struct symbols *symbols, const char *name, uint64_t archive, const void *elf, size_t size)
{
	const uint64_t base = symbols_elf_base(archive, elf, size);
	const struct bytes file = {elf, size};
	const struct elf64_header *header = elf64_header(file);

	if (header == NULL)
		return;
	int image = symbols_begin(symbols, name, archive);
	if (image < 0)
		return;
	symbols->images[image].checksum = checksum_of(file);
	const struct elf64_symbols found = elf64_symbols(file, header);
	for (uint64_t i = 0; i < found.count; i++) {
		const struct elf64_symbol *symbol = &found.list[i];
		const struct bytes text = bytes_from(found.names, symbol->name);
		if (text.size > 0 && is_code(file, header, symbol))
			symbols_put(symbols, image, symbol->value + base, symbol->size, (const char *)text.start,
				    text.size);
	}
	symbols_end(symbols, image);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

void symbols_add_archive(struct symbols *symbols, const void *archive, size_t size)
{
	const struct bytes whole = {archive, size};
	struct cpio_entry entry;

	for (size_t position = 0; cpio_next(&whole, &position, &entry) == 1;)
		symbols_add_elf(symbols, base_name(entry.name), (uint64_t)(entry.data - whole.start), entry.data,
				entry.size);
}

void symbols_add_files(struct symbols *symbols, const char *path, int image, int initrd)
{
	struct bytes kernel = image_file_read_open(image);
	struct bytes archive =
		initrd >= 0 ? image_file_read_open(initrd) : elf64_section_named(kernel, RINGSIDE_INITRD_SECTION);

	symbols_add_elf(symbols, base_name(path), 0, kernel.start, kernel.size);
	symbols_add_archive(symbols, archive.start, archive.size);
	if (initrd >= 0)
		free((void *)archive.start);
	free((void *)kernel.start);
}
