/* SPDX-License-Identifier: MIT */
/*
 * Finds the function symbols of ELF64 files and of the programs in a cpio archive. Called once, at
 * start, when somebody wants names. A file that makes no sense adds nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "symbols/image_file.h"
#include "symbols/symbols_table.h"

/* Functions, and the labels that assembly exports without calling them functions. */
static bool is_code(struct bytes elf, const Elf64_Ehdr *header, const Elf64_Sym *symbol)
{
	unsigned type = ELF64_ST_TYPE(symbol->st_info);
	Elf64_Shdr home;

	if (type != STT_FUNC && !(type == STT_NOTYPE && ELF64_ST_BIND(symbol->st_info) != STB_LOCAL))
		return false;
	return symbol->st_shndx != SHN_UNDEF && elf_section(&home, elf, header, symbol->st_shndx) &&
	       (home.sh_flags & SHF_EXECINSTR) != 0;
}

static void add_table(struct symbols *symbols, int image, struct bytes elf, const Elf64_Ehdr *header,
		      const Elf64_Shdr *table)
{
	struct bytes entries = elf_section_bytes(elf, table);
	Elf64_Shdr linked;
	Elf64_Sym symbol;

	if (table->sh_entsize != sizeof(symbol) || !elf_section(&linked, elf, header, table->sh_link))
		return;
	struct bytes names = elf_section_bytes(elf, &linked);
	for (uint64_t at = 0; bytes_fetch(&symbol, sizeof(symbol), entries, at); at += sizeof(symbol))
		if (symbol.st_name < names.size && is_code(elf, header, &symbol))
			symbols_put(symbols, image, symbol.st_value, symbol.st_size,
				    (const char *)names.start + symbol.st_name, names.size - symbol.st_name);
}

void symbols_add_elf(struct symbols *symbols, const char *name, uint64_t archive, const void *elf, size_t size)
{
	struct bytes file = {elf, size};
	Elf64_Ehdr header;
	Elf64_Shdr section;

	if (!elf_header(&header, file))
		return;
	int image = symbols_begin(symbols, name, archive);
	if (image < 0)
		return;
	for (unsigned i = 0; elf_section(&section, file, &header, i); i++) {
		if (section.sh_type != SHT_SYMTAB)
			continue;
		add_table(symbols, image, file, &header, &section);
		break; /* the gABI knows of one */
	}
	symbols_end(symbols, image);
}

/* cpio newc: a header of 6 characters of magic and 13 numbers of 8 hexadecimal digits, then name, then data. */
enum { CPIO_HEADER = 110, CPIO_FILE_SIZE = 6 + 6 * 8, CPIO_NAME_SIZE = 6 + 11 * 8, CPIO_ALIGNMENT = 4 };

static bool cpio_number(const unsigned char *digits, uint64_t *value)
{
	*value = 0;
	for (int i = 0; i < 8; i++) {
		unsigned char digit = digits[i];
		unsigned lower = digit | 0x20u;
		if (digit >= '0' && digit <= '9')
			*value = *value << 4 | (digit - '0');
		else if (lower >= 'a' && lower <= 'f')
			*value = *value << 4 | (lower - 'a' + 10);
		else
			return false;
	}
	return true;
}

static uint64_t cpio_align(uint64_t offset)
{
	return (offset + CPIO_ALIGNMENT - 1) / CPIO_ALIGNMENT * CPIO_ALIGNMENT;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

void symbols_add_archive(struct symbols *symbols, const void *archive, size_t size)
{
	struct bytes whole = {archive, size};
	uint64_t offset = 0, name_size, file_size;

	for (;;) {
		struct bytes header = bytes_part(whole, offset, CPIO_HEADER);
		if (header.start == NULL ||
		    (memcmp(header.start, "070701", 6) != 0 && memcmp(header.start, "070702", 6) != 0) ||
		    !cpio_number(header.start + CPIO_NAME_SIZE, &name_size) ||
		    !cpio_number(header.start + CPIO_FILE_SIZE, &file_size))
			return;
		struct bytes name = bytes_part(whole, offset + CPIO_HEADER, name_size);
		uint64_t data = cpio_align(offset + CPIO_HEADER + name_size);
		struct bytes file = bytes_part(whole, data, file_size);
		if (file.start == NULL || name.size == 0 || name.start[name.size - 1] != '\0')
			return;
		symbols_add_elf(symbols, base_name((const char *)name.start), data, file.start, file.size);
		offset = cpio_align(data + file_size);
	}
}

void symbols_add_files(struct symbols *symbols, const char *path, int image, int initrd)
{
	struct bytes kernel = image_file_read_open(image);
	struct bytes archive = initrd >= 0 ? image_file_read_open(initrd) : image_file_initrd(kernel);

	symbols_add_elf(symbols, base_name(path), 0, kernel.start, kernel.size);
	symbols_add_archive(symbols, archive.start, archive.size);
	if (initrd >= 0)
		free((void *)archive.start);
	free((void *)kernel.start);
}
