/* SPDX-License-Identifier: MIT */
/* ELF64 files: the layout is that of the C library's <elf.h>; segments, sections, symbols and notes are found. */
#include "base/array.h"
#include "elf_file.h"

TestSuite(elf64, .init = setup);

static const struct bytes whole = {(const uint8_t *)&file, sizeof(file)};

#define ASSERT_SAME(ours, our_field, theirs, their_field)                                                              \
	cr_assert(offsetof(struct ours, our_field) == offsetof(theirs, their_field) &&                                 \
		  sizeof(((struct ours *)0)->our_field) == sizeof(((theirs *)0)->their_field))

Test(elf64, layout)
{
	ASSERT_SAME(elf64_header, type, Elf64_Ehdr, e_type);
	ASSERT_SAME(elf64_header, machine, Elf64_Ehdr, e_machine);
	ASSERT_SAME(elf64_header, entry, Elf64_Ehdr, e_entry);
	ASSERT_SAME(elf64_header, phoff, Elf64_Ehdr, e_phoff);
	ASSERT_SAME(elf64_header, shoff, Elf64_Ehdr, e_shoff);
	ASSERT_SAME(elf64_header, phentsize, Elf64_Ehdr, e_phentsize);
	ASSERT_SAME(elf64_header, phnum, Elf64_Ehdr, e_phnum);
	ASSERT_SAME(elf64_header, shentsize, Elf64_Ehdr, e_shentsize);
	ASSERT_SAME(elf64_header, shnum, Elf64_Ehdr, e_shnum);
	ASSERT_SAME(elf64_header, shstrndx, Elf64_Ehdr, e_shstrndx);
	ASSERT_SAME(elf64_program_header, type, Elf64_Phdr, p_type);
	ASSERT_SAME(elf64_program_header, flags, Elf64_Phdr, p_flags);
	ASSERT_SAME(elf64_program_header, offset, Elf64_Phdr, p_offset);
	ASSERT_SAME(elf64_program_header, vaddr, Elf64_Phdr, p_vaddr);
	ASSERT_SAME(elf64_program_header, paddr, Elf64_Phdr, p_paddr);
	ASSERT_SAME(elf64_program_header, filesz, Elf64_Phdr, p_filesz);
	ASSERT_SAME(elf64_program_header, memsz, Elf64_Phdr, p_memsz);
	ASSERT_SAME(elf64_program_header, align, Elf64_Phdr, p_align);
	ASSERT_SAME(elf64_section_header, name, Elf64_Shdr, sh_name);
	ASSERT_SAME(elf64_section_header, type, Elf64_Shdr, sh_type);
	ASSERT_SAME(elf64_section_header, flags, Elf64_Shdr, sh_flags);
	ASSERT_SAME(elf64_section_header, addr, Elf64_Shdr, sh_addr);
	ASSERT_SAME(elf64_section_header, offset, Elf64_Shdr, sh_offset);
	ASSERT_SAME(elf64_section_header, size, Elf64_Shdr, sh_size);
	ASSERT_SAME(elf64_section_header, link, Elf64_Shdr, sh_link);
	ASSERT_SAME(elf64_section_header, addralign, Elf64_Shdr, sh_addralign);
	ASSERT_SAME(elf64_section_header, entsize, Elf64_Shdr, sh_entsize);
	ASSERT_SAME(elf64_symbol, name, Elf64_Sym, st_name);
	ASSERT_SAME(elf64_symbol, info, Elf64_Sym, st_info);
	ASSERT_SAME(elf64_symbol, shndx, Elf64_Sym, st_shndx);
	ASSERT_SAME(elf64_symbol, value, Elf64_Sym, st_value);
	ASSERT_SAME(elf64_symbol, size, Elf64_Sym, st_size);
	ASSERT_SAME(elf64_note_header, namesz, Elf64_Nhdr, n_namesz);
	ASSERT_SAME(elf64_note_header, descsz, Elf64_Nhdr, n_descsz);
	ASSERT_SAME(elf64_note_header, type, Elf64_Nhdr, n_type);
}

Test(elf64, constants)
{
	cr_assert(ELF_PT_LOAD == PT_LOAD && ELF_PT_DYNAMIC == PT_DYNAMIC && ELF_PT_INTERP == PT_INTERP);
	cr_assert(ELF_PT_NOTE == PT_NOTE && ELF_PF_X == PF_X && ELF_PF_W == PF_W && ELF_PF_R == PF_R);
	cr_assert(ELF_ET_EXEC == ET_EXEC && ELF_ET_DYN == ET_DYN && ELF_EM_X86_64 == EM_X86_64);
	cr_assert(ELF_SHT_SYMTAB == SHT_SYMTAB && ELF_SHT_NOTE == SHT_NOTE && ELF_SHT_NOBITS == SHT_NOBITS);
	cr_assert(ELF_SHF_EXECINSTR == SHF_EXECINSTR && ELF_SHN_UNDEF == SHN_UNDEF);
	cr_assert(ELF_STT_NOTYPE == STT_NOTYPE && ELF_STT_FUNC == STT_FUNC && ELF_STB_LOCAL == STB_LOCAL);
	cr_assert(ELF_NT_GNU_BUILD_ID == NT_GNU_BUILD_ID);
}

Test(elf64, other_files_have_no_header)
{
	cr_assert_eq(elf64_header(whole), (const void *)&file);
	cr_assert_null(elf64_header(bytes_part(whole, 0, sizeof(Elf64_Ehdr) - 1)));
	cr_assert_null(elf64_header((struct bytes){NULL, 0}));
	file.header.e_ident[EI_CLASS] = ELFCLASS32;
	cr_assert_null(elf64_header(whole));
	file.header.e_ident[EI_CLASS] = ELFCLASS64;
	file.header.e_ident[EI_DATA] = ELFDATA2MSB;
	cr_assert_null(elf64_header(whole));
}

static void check_at(uint64_t address, uint32_t without, const uint8_t *start, size_t size)
{
	struct bytes found = elf64_at_address(whole, address, without);

	cr_assert_eq(found.start, start);
	cr_assert_eq(found.size, size);
}

Test(elf64, bytes_at_an_address)
{
	add_load(0x500000, 0x2000, PF_R | PF_W);
	check_at(TEXT_START, 0, file.data, DATA_SIZE);
	check_at(TEXT_START + 5, ELF_PF_W, file.data + 5, DATA_SIZE - 5);
	check_at(TEXT_START + DATA_SIZE, 0, NULL, 0); /* not in the file */
	check_at(TEXT_START - 1, 0, NULL, 0);
	check_at(0x500001, 0, file.data + 1, DATA_SIZE - 1);
	check_at(0x500001, ELF_PF_W, NULL, 0);
	file.loads[0].p_offset = UINT64_MAX;
	check_at(TEXT_START, 0, NULL, 0);
	file.loads[0].p_offset = sizeof(file) - DATA_SIZE + 1;
	check_at(TEXT_START, 0, NULL, 0);
	file.header.e_phoff = UINT64_MAX - 8;
	check_at(0x500001, 0, NULL, 0);
	file.header.e_phoff = offsetof(struct file, loads);
	file.header.e_phentsize++;
	check_at(0x500001, 0, NULL, 0);
}

Test(elf64, sections)
{
	const struct elf64_header *header = elf64_header(whole);

	cr_assert_eq(elf64_section(whole, header, SYMTAB), (const void *)&file.sections[SYMTAB]);
	cr_assert_null(elf64_section(whole, header, SECTIONS));
	cr_assert_null(elf64_section(whole, header, UINT32_MAX));
	cr_assert_eq(elf64_section_bytes(whole, elf64_section(whole, header, STRTAB)).start, (void *)file.names);
	cr_assert_null(elf64_section_bytes(whole, elf64_section(whole, header, BSS)).start);
	file.header.e_shoff = sizeof(file) - sizeof(file.sections) + 1;
	cr_assert_null(elf64_section(whole, header, SYMTAB), "the table leaves the file, though the section does not");
}

Test(elf64, a_section_by_its_name)
{
	cr_assert_null(elf64_section_named(whole, "main").start, "there is no table of section names");
	file.header.e_shstrndx = STRTAB;
	cr_assert_null(elf64_section_named(whole, "main").start);
	file.sections[SYMTAB].sh_name = file.symbols[2].st_name; /* "main" */
	cr_assert_eq(elf64_section_named(whole, "main").start, (void *)file.symbols);
	cr_assert_eq(elf64_section_named(whole, "main").size, sizeof(file.symbols));
	cr_assert_null(elf64_section_named(whole, "mai").start);
	file.sections[STRTAB].sh_size = file.symbols[2].st_name + strlen("main");
	cr_assert_null(elf64_section_named(whole, "main").start, "its zero byte is not in the table");
	file.header.e_shstrndx = UINT16_MAX;
	cr_assert_null(elf64_section_named(whole, "main").start);
}

Test(elf64, symbols)
{
	const struct elf64_header *header = elf64_header(whole);
	struct elf64_symbols symbols = elf64_symbols(whole, header);

	cr_assert_eq(symbols.list, (const void *)file.symbols);
	cr_assert_eq(symbols.count, SYMBOLS);
	cr_assert_eq(symbols.names.start, (const void *)file.names);
	file.sections[SYMTAB].sh_size--;
	cr_assert_eq(elf64_symbols(whole, header).count, SYMBOLS - 1, "whole ones");
	file.sections[SYMTAB].sh_size = sizeof(file);
	cr_assert_eq(elf64_symbols(whole, header).count, 0);
	file.sections[SYMTAB].sh_size = sizeof(file.symbols);
	file.sections[SYMTAB].sh_entsize = 16;
	cr_assert_eq(elf64_symbols(whole, header).count, 0);
	file.sections[SYMTAB].sh_entsize = sizeof(Elf64_Sym);
	file.sections[SYMTAB].sh_link = SECTIONS;
	cr_assert_eq(elf64_symbols(whole, header).count, 0);
}

/* Two notes, of an owner of three bytes and a content of five, at each alignment. */
static void check_notes(uint64_t alignment, size_t content, size_t next, size_t size)
{
	uint8_t room[64] = {0};
	const Elf64_Nhdr header = {.n_namesz = 3, .n_descsz = 5, .n_type = 7};
	struct elf64_note note;
	uint64_t at = 0;

	for (size_t start = 0; start <= next; start += next) {
		memcpy(room + start, &header, sizeof(header));
		memcpy(room + start + sizeof(header), "ab", 3);
		memcpy(room + start + content, "12345", 5);
	}
	for (unsigned i = 0; i < 2; i++) {
		cr_assert(elf64_next_note((struct bytes){room, size}, &at, alignment, &note));
		cr_assert(elf64_note_is(&note, 7, "ab"));
		cr_assert_not(elf64_note_is(&note, 6, "ab"));
		cr_assert_not(elf64_note_is(&note, 7, "a"));
		cr_assert(bytes_equal(note.content, "12345", 5));
	}
	cr_assert_not(elf64_next_note((struct bytes){room, size}, &at, alignment, &note));
	at = next;
	cr_assert_not(elf64_next_note((struct bytes){room, size - 1}, &at, alignment, &note), "cut by a byte");
}

Test(elf64, notes)
{
	check_notes(4, 16, 24, 24 + 16 + 5);
	check_notes(1, 16, 24, 24 + 16 + 5); /* an alignment that cannot be is 4 */
	check_notes(0, 16, 24, 24 + 16 + 5);
	check_notes(8, 16, 24, 24 + 16 + 5);
}

Test(elf64, notes_that_are_aligned_to_eight)
{
	/* An owner of five bytes ends at 17; its content begins at 20 or at 24. */
	uint32_t room[16] = {5, 4, 7};
	struct elf64_note note;
	uint64_t at = 0;

	memcpy(room + 3, "abcd", 5);
	cr_assert(elf64_next_note((struct bytes){(uint8_t *)room, sizeof(room)}, &at, 4, &note));
	cr_assert_eq(note.content.start, (uint8_t *)(room + 5));
	cr_assert_eq(at, 24);
	at = 0;
	cr_assert(elf64_next_note((struct bytes){(uint8_t *)room, sizeof(room)}, &at, 8, &note));
	cr_assert_eq(note.content.start, (uint8_t *)(room + 6));
	cr_assert_eq(at, 32);
}

Test(elf64, notes_of_hostile_sizes)
{
	static const uint32_t sizes[] = {52, UINT32_MAX - 12, UINT32_MAX - 3, UINT32_MAX};
	uint32_t room[16] = {0};
	struct elf64_note note;

	for (unsigned i = 0; i < COUNT(sizes); i++) {
		uint64_t at = 0;
		room[0] = sizes[i], room[1] = 4;
		cr_assert_not(elf64_next_note((struct bytes){(uint8_t *)room, sizeof(room)}, &at, 4, &note));
		at = 0;
		room[0] = 4, room[1] = sizes[i];
		cr_assert_not(elf64_next_note((struct bytes){(uint8_t *)room, sizeof(room)}, &at, 4, &note));
	}
	uint64_t beyond = UINT64_MAX;
	cr_assert_not(elf64_next_note((struct bytes){(uint8_t *)room, sizeof(room)}, &beyond, 4, &note));
}
