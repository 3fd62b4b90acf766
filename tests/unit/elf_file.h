/* SPDX-License-Identifier: MIT */
/* Builds a program as an ELF file in memory, which a test may damage before it is read. Used by test_guest_elf*.c. */
#ifndef TESTS_UNIT_ELF_FILE_H
#define TESTS_UNIT_ELF_FILE_H

#include "kernel/lib/elf_program.h"

#include <stdlib.h>

#include "elf_writer.h"

enum { LOWEST = 0x10000, PAGE = 4096, HEADERS = 18, DATA_SIZE = 64 };
#define HIGHEST 0x7fffff000000UL

enum { TEXT = 1, BSS, SYMTAB, STRTAB, SECTIONS, SYMBOLS = 8 };

/* A complete program file; tests damage it before they pass it on. */
struct file {
	Elf64_Ehdr header;
	Elf64_Phdr loads[HEADERS];
	uint8_t data[DATA_SIZE];
	Elf64_Shdr sections[SECTIONS];
	Elf64_Sym symbols[SYMBOLS];
	char names[48];
};

static struct file file;
static struct elf_program program;

#define TEXT_START 0x400000UL
#define TEXT_SIZE 0x1000UL

static inline void add_load(uint64_t address, uint64_t memory, unsigned flags)
{
	file.loads[file.header.e_phnum++] = (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_flags = flags,
		.p_offset = offsetof(struct file, data),
		.p_vaddr = address,
		.p_filesz = memory < DATA_SIZE ? memory : DATA_SIZE,
		.p_memsz = memory,
	};
}

static inline void add_symbol(unsigned n, const char *name, uint64_t address, uint64_t size, unsigned type,
			      uint16_t section)
{
	file.symbols[n] =
		elf_writer_symbol(file.names, sizeof(file.names), name, address, size, type, STB_GLOBAL, section);
}

static inline void add_sections(void)
{
	file.header.e_shoff = offsetof(struct file, sections);
	file.header.e_shnum = SECTIONS;
	file.sections[TEXT] = (Elf64_Shdr){.sh_type = SHT_PROGBITS,
					   .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
					   .sh_addr = TEXT_START,
					   .sh_size = TEXT_SIZE};
	file.sections[BSS] = (Elf64_Shdr){.sh_type = SHT_NOBITS,
					  .sh_flags = SHF_ALLOC | SHF_WRITE,
					  .sh_addr = TEXT_START + TEXT_SIZE,
					  .sh_size = TEXT_SIZE};
	file.sections[SYMTAB] = (Elf64_Shdr){.sh_type = SHT_SYMTAB,
					     .sh_offset = offsetof(struct file, symbols),
					     .sh_size = sizeof(file.symbols),
					     .sh_link = STRTAB,
					     .sh_entsize = sizeof(Elf64_Sym)};
	file.sections[STRTAB] = (Elf64_Shdr){
		.sh_type = SHT_STRTAB, .sh_offset = offsetof(struct file, names), .sh_size = sizeof(file.names)};
}

static inline void setup(void)
{
	file = (struct file){.header = elf_writer_header()};
	file.header.e_entry = TEXT_START + 0x10;
	file.header.e_phoff = offsetof(struct file, loads);
	add_load(TEXT_START, 0x1000, PF_R | PF_X);
	add_sections();
	add_symbol(1, "_start", TEXT_START, 0, STT_NOTYPE, TEXT);
	add_symbol(2, "main", TEXT_START + 0x40, 0x20, STT_FUNC, TEXT);
	add_symbol(3, "last", TEXT_START + 0x80, 0, STT_FUNC, TEXT);
	add_symbol(4, "table", TEXT_START + 0x48, 8, STT_OBJECT, TEXT);
	add_symbol(5, "outside", TEXT_START + 0x44, 0, STT_FUNC, SHN_UNDEF);
	add_symbol(6, "constant", TEXT_START + 0x50, 0, STT_NOTYPE, SHN_ABS);
}

/* Checks a copy of exactly `size` bytes, so that the address sanitizer sees reads beyond its end. */
static inline const char *check_cut(size_t size)
{
	uint8_t *copy = calloc(1, size > 0 ? size : 1);

	memcpy(copy, &file, size);
	const char *why = elf_check(copy, size, LOWEST, HIGHEST, &program);
	for (unsigned i = 0; i < program.segment_count; i++) {
		const struct elf_segment *segment = &program.segments[i];
		cr_assert(segment->file == 0 ||
			  (segment->data >= copy && segment->data + segment->file <= copy + size));
	}
	free(copy);
	return why;
}

static inline void check_accepted(void)
{
	const char *why = check_cut(sizeof(file));

	cr_assert_null(why, "%s", why);
}

#endif
