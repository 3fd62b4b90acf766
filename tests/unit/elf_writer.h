/* SPDX-License-Identifier: MIT */
/* Parts of ELF files that tests make, by the C library's <elf.h>, so that include/formats/elf64.h is tested against it.
 */
#ifndef TESTS_UNIT_ELF_WRITER_H
#define TESTS_UNIT_ELF_WRITER_H

#include <criterion/criterion.h>
#include <elf.h>
#include <string.h>

/* The header of a static x86-64 program without program headers and sections, of which tests say where they are. */
static inline Elf64_Ehdr elf_writer_header(void)
{
	return (Elf64_Ehdr){
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_shentsize = sizeof(Elf64_Shdr),
	};
}

/* Appends the name to a string table of `size` bytes, zeros so far, and returns a symbol of that name. */
static inline Elf64_Sym elf_writer_symbol(char *names, size_t size, const char *name, uint64_t address, uint64_t length,
					  unsigned type, unsigned binding, uint16_t section)
{
	size_t at = 1;

	while (names[at] != '\0')
		at += strlen(names + at) + 1;
	cr_assert_leq(at + strlen(name) + 1, size);
	strcpy(names + at, name);
	return (Elf64_Sym){
		.st_name = (uint32_t)at,
		.st_info = (unsigned char)ELF64_ST_INFO(binding, type),
		.st_shndx = section,
		.st_value = address,
		.st_size = length,
	};
}

#endif
