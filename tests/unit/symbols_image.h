/* SPDX-License-Identifier: MIT */
/* Builds an ELF file with a few symbols. Used by test_symbols.c. */
#ifndef TESTS_UNIT_SYMBOLS_IMAGE_H
#define TESTS_UNIT_SYMBOLS_IMAGE_H

#include "elf_writer.h"
#include "ringside/device.h"
#include "symbols/symbols.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEXT = 1, DATA, INITRD, SYMTAB, STRTAB, SHSTRTAB, SECTIONS };
enum { SYMBOLS = 9, NAMES_SIZE = 128, INITRD_SIZE = 16 << 10 };

/* A small ELF file: section headers and the sections they describe. */
struct image {
	Elf64_Ehdr header;
	Elf64_Shdr sections[SECTIONS];
	Elf64_Sym symbols[SYMBOLS];
	char names[NAMES_SIZE];
	char section_names[32];
	char initrd[INITRD_SIZE];
};

static inline void add_symbol(struct image *image, unsigned n, const char *name, uint64_t address, uint64_t size,
			      unsigned type, unsigned bind, uint16_t section)
{
	image->symbols[n] = elf_writer_symbol(image->names, NAMES_SIZE, name, address, size, type, bind, section);
}

static inline void add_section(struct image *image, unsigned n, uint32_t type, uint64_t flags, const void *start,
			       size_t size)
{
	image->sections[n].sh_type = type;
	image->sections[n].sh_flags = flags;
	image->sections[n].sh_offset = (uint64_t)((const char *)start - (const char *)image);
	image->sections[n].sh_size = size;
}

static inline struct image *make_image(void)
{
	struct image *image = calloc(1, sizeof(*image));

	image->header = elf_writer_header();
	image->header.e_shoff = offsetof(struct image, sections);
	image->header.e_shnum = SECTIONS;
	image->header.e_shstrndx = SHSTRTAB;
	add_section(image, TEXT, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, image, 64);
	add_section(image, DATA, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, image, 64);
	add_section(image, INITRD, SHT_PROGBITS, SHF_ALLOC, image->initrd, INITRD_SIZE);
	add_section(image, SYMTAB, SHT_SYMTAB, 0, image->symbols, sizeof(image->symbols));
	add_section(image, STRTAB, SHT_STRTAB, 0, image->names, NAMES_SIZE);
	add_section(image, SHSTRTAB, SHT_STRTAB, 0, image->section_names, sizeof(image->section_names));
	image->sections[SYMTAB].sh_link = STRTAB;
	image->sections[SYMTAB].sh_entsize = sizeof(Elf64_Sym);
	strcpy(image->section_names + 1, RINGSIDE_INITRD_SECTION);
	image->sections[INITRD].sh_name = 1;

	add_symbol(image, 1, "second", 0x2000, 0x20, STT_FUNC, STB_LOCAL, TEXT);
	add_symbol(image, 2, "first", 0x1000, 0x10, STT_FUNC, STB_GLOBAL, TEXT);
	add_symbol(image, 3, "alias", 0x1000, 0, STT_NOTYPE, STB_GLOBAL, TEXT);
	add_symbol(image, 4, "label", 0x3000, 0, STT_NOTYPE, STB_GLOBAL, TEXT);
	add_symbol(image, 5, "local", 0x3010, 0, STT_NOTYPE, STB_LOCAL, TEXT);
	add_symbol(image, 6, "datum", 0x3020, 8, STT_OBJECT, STB_GLOBAL, DATA);
	add_symbol(image, 7, "data_label", 0x3030, 0, STT_NOTYPE, STB_GLOBAL, DATA);
	add_symbol(image, 8, "b\x1b[31m", 0x40000, 4, STT_FUNC, STB_GLOBAL, TEXT);
	return image;
}

static inline struct symbols *symbols_of(const void *elf, size_t size)
{
	struct symbols *symbols = symbols_new();

	symbols_add_elf(symbols, "kernel", 0, elf, size);
	return symbols;
}

#define ASSERT_SYMBOL(symbols, image, address, expected, distance)                                                     \
	do {                                                                                                           \
		uint64_t offset_ = 0;                                                                                  \
		const char *found_ = symbols_lookup(symbols, image, address, &offset_);                                \
		cr_assert_not_null(found_);                                                                            \
		cr_assert_str_eq(found_, expected);                                                                    \
		cr_assert_eq(offset_, (uint64_t)(distance));                                                           \
	} while (0)

static inline bool nothing_at(const struct symbols *symbols, int image, uint64_t address)
{
	uint64_t offset;

	return symbols_lookup(symbols, image, address, &offset) == NULL;
}

#endif
