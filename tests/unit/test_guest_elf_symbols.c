/* SPDX-License-Identifier: MIT */
/* Unit tests of symbol lookup in ELF programs: names of addresses, and damaged symbol tables. */
#include "elf_file.h"

TestSuite(guest_elf_symbols, .init = setup);

enum { UNTOUCHED = 77 };

/* Checks the symbol at `address` in a copy of exactly `size` bytes, as check_cut() does. */
static void check_symbol_cut(size_t size, uint64_t address, const char *expected, uint64_t distance)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);
	uint64_t offset = UNTOUCHED;

	memcpy(copy, &file, size);
	const char *name = elf_symbol(copy, size, address, &offset);
	if (expected == NULL) {
		cr_assert_null(name, "%s", name);
	} else {
		cr_assert_not_null(name);
		cr_assert_str_eq(name, expected);
		cr_assert_eq(offset, distance);
	}
	free(copy);
}

static void check_symbol(uint64_t address, const char *expected, uint64_t distance)
{
	check_symbol_cut(sizeof(file), address, expected, distance);
}

static void check_no_symbol(void)
{
	check_symbol(TEXT_START + 0x40, NULL, 0);
}

Test(guest_elf_symbols, the_symbol_that_covers_an_address)
{
	check_symbol(TEXT_START, "_start", 0);
	check_symbol(TEXT_START + 0x3f, "_start", 0x3f);
	check_symbol(TEXT_START + 0x40, "main", 0);
	check_symbol(TEXT_START + 0x5f, "main", 0x1f);
	check_symbol(TEXT_START + 0x80, "last", 0);
	check_symbol(TEXT_START + TEXT_SIZE - 1, "last", TEXT_SIZE - 1 - 0x80);
}

Test(guest_elf_symbols, addresses_that_no_symbol_covers)
{
	check_symbol(TEXT_START + 0x60, NULL, 0);
	check_symbol(TEXT_START + 0x7f, NULL, 0);
	check_symbol(TEXT_START - 1, NULL, 0);
	check_symbol(TEXT_START + TEXT_SIZE, NULL, 0);
	check_symbol(0, NULL, 0);
	check_symbol(UINT64_MAX, NULL, 0);
	file.symbols[1].st_value = file.symbols[2].st_value = file.symbols[3].st_value = TEXT_START + 0x90;
	check_symbol(TEXT_START + 0x40, NULL, 0);
}

Test(guest_elf_symbols, a_size_may_reach_beyond_everything)
{
	file.symbols[2].st_size = UINT64_MAX;
	check_symbol(TEXT_START + 0x7f, "main", 0x3f);
	file.sections[TEXT].sh_size = UINT64_MAX;
	check_symbol(UINT64_MAX - 1, "last", UINT64_MAX - 1 - TEXT_START - 0x80);
}

Test(guest_elf_symbols, names_come_only_from_code_of_the_same_section)
{
	file.symbols[2].st_shndx = BSS;
	check_symbol(TEXT_START + 0x50, "_start", 0x50);
	file.sections[TEXT].sh_flags = SHF_ALLOC;
	check_symbol(TEXT_START + 0x50, NULL, 0);
}

Test(guest_elf_symbols, files_without_symbols)
{
	file.sections[SYMTAB].sh_type = SHT_PROGBITS;
	check_no_symbol();
	file.header.e_shnum = 0;
	check_no_symbol();
	file.header.e_shoff = 0;
	check_no_symbol();
}

Test(guest_elf_symbols, symbols_of_a_file_cut_at_every_byte)
{
	for (size_t size = 0; size < sizeof(file); size++)
		check_symbol_cut(size, TEXT_START + 0x40, NULL, 0);
}

Test(guest_elf_symbols, damaged_section_headers)
{
	static const uint64_t offsets[] = {sizeof(file),
					   sizeof(file) + 4,
					   offsetof(struct file, sections) + 1,
					   offsetof(struct file, sections) + 2,
					   UINT64_MAX - 3,
					   UINT64_C(1) << 63};

	file.header.e_shentsize = sizeof(Elf64_Shdr) - 4;
	check_no_symbol();
	file.header.e_shentsize = sizeof(Elf64_Shdr);
	file.header.e_shnum = UINT16_MAX;
	check_no_symbol();
	file.header.e_shnum = SECTIONS;
	for (unsigned i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		file.header.e_shoff = offsets[i];
		check_no_symbol();
	}
}

Test(guest_elf_symbols, damaged_symbol_tables)
{
	Elf64_Shdr *table = &file.sections[SYMTAB], kept = *table;

	table->sh_offset = sizeof(file) - 8;
	check_no_symbol();
	table->sh_offset = UINT64_MAX - 3;
	check_no_symbol();
	table->sh_offset = kept.sh_offset + 1;
	check_no_symbol();
	*table = kept;
	table->sh_size = UINT64_MAX;
	check_no_symbol();
	table->sh_size = sizeof(file);
	check_no_symbol();
	table->sh_size = sizeof(Elf64_Sym) * 2 - 1;
	check_no_symbol();
	*table = kept;
	table->sh_link = SECTIONS;
	check_no_symbol();
	table->sh_link = UINT32_MAX;
	check_no_symbol();
	*table = kept;
	check_symbol(TEXT_START + 0x40, "main", 0);
}

Test(guest_elf_symbols, damaged_names)
{
	Elf64_Shdr *names = &file.sections[STRTAB], kept = *names;

	names->sh_offset = sizeof(file) + 1;
	check_no_symbol();
	names->sh_offset = UINT64_MAX;
	check_no_symbol();
	*names = kept;
	names->sh_size = kept.sh_size + 1;
	check_no_symbol();
	names->sh_size = UINT64_MAX;
	check_no_symbol();
	names->sh_size = 0;
	check_no_symbol();
	names->sh_size = file.symbols[2].st_name;
	check_no_symbol();
	names->sh_size = file.symbols[2].st_name + strlen("main");
	check_no_symbol(); /* the table ends before the NUL of the name */
	names->sh_size++;
	check_symbol(TEXT_START + 0x40, "main", 0);
	*names = kept;
	file.symbols[2].st_name = sizeof(file.names);
	check_no_symbol();
	file.symbols[2].st_name = UINT32_MAX;
	check_no_symbol();
}

Test(guest_elf_symbols, a_name_without_an_end)
{
	memset(file.names, 'x', sizeof(file.names));
	check_no_symbol();
	file.names[sizeof(file.names) - 1] = '\0';
	file.symbols[2].st_name = sizeof(file.names) - 2;
	check_symbol(TEXT_START + 0x40, "x", 0);
}
