/* SPDX-License-Identifier: MIT */
/* Unit tests of programs as ELF files: what is read from them, every refusal and its message, and symbols. */
#include "base/array.h"
#include "elf_file.h"

TestSuite(guest_elf, .init = setup);

/* ---- files that are accepted ---- */

Test(guest_elf, a_program)
{
	const uint8_t *bytes = (const uint8_t *)&file;

	add_load(0x500123, 0x2000, PF_R | PF_W);
	cr_assert_null(elf_check(bytes, sizeof(file), LOWEST, HIGHEST, &program));
	cr_assert_eq(program.entry, TEXT_START + 0x10);
	cr_assert_eq(program.header_count, 2);
	cr_assert_eq(program.segment_count, 2);
	cr_assert_eq(program.end, 0x503000);
	const struct elf_segment *text = &program.segments[0], *data = &program.segments[1];
	cr_assert_eq(text->start, TEXT_START);
	cr_assert_eq(text->end, TEXT_START + 0x1000);
	cr_assert_eq(text->flags, ELF_PF_R | ELF_PF_X);
	cr_assert_eq(data->start, 0x500000);
	cr_assert_eq(data->end, 0x503000);
	cr_assert_eq(data->address, 0x500123);
	cr_assert_eq(data->data, file.data);
	cr_assert_eq(data->file, DATA_SIZE);
	cr_assert_eq(data->flags, ELF_PF_R | ELF_PF_W);
}

Test(guest_elf, the_end_is_that_of_the_highest_segment)
{
	add_load(0x700000, 1, PF_R);
	add_load(0x500000, 1, PF_R);
	check_accepted();
	cr_assert_eq(program.end, 0x701000);
}

Test(guest_elf, unknown_flags_are_dropped)
{
	file.loads[0].p_flags = UINT32_MAX;
	check_accepted();
	cr_assert_eq(program.segments[0].flags, ELF_PF_R | ELF_PF_W | ELF_PF_X);
}

Test(guest_elf, other_headers_and_empty_segments_are_passed_over)
{
	add_load(0xffffffff80000000, 0, PF_R); /* an empty segment is ignored wherever it is */
	add_load(0xffffffff80000000, 0x1000, PF_R);
	file.loads[2].p_type = PT_NOTE;
	file.loads[2].p_offset = UINT64_MAX;
	check_accepted();
	cr_assert_eq(program.segment_count, 1);
	cr_assert_eq(program.header_count, 3);
}

Test(guest_elf, a_segment_may_be_all_zeros)
{
	add_load(0x500000, 0x10000, PF_R | PF_W);
	file.loads[1].p_filesz = 0;
	file.loads[1].p_offset = sizeof(file);
	check_accepted();
	cr_assert_eq(program.segments[1].file, 0);
	cr_assert_eq(program.segments[1].end, 0x510000);
}

Test(guest_elf, user_memory_may_be_filled_to_its_last_byte)
{
	add_load(LOWEST, TEXT_START - LOWEST, PF_R);
	add_load(TEXT_START + 0x1000, HIGHEST - TEXT_START - 0x1000, PF_R);
	check_accepted();
	cr_assert_eq(program.segments[1].start, LOWEST);
	cr_assert_eq(program.end, HIGHEST);
}

Test(guest_elf, the_headers_have_an_address_if_they_are_loaded)
{
	check_accepted();
	cr_assert_eq(program.headers, 0);
	file.loads[0].p_offset = 0;
	file.loads[0].p_filesz = sizeof(file);
	check_accepted();
	cr_assert_eq(program.headers, TEXT_START + offsetof(struct file, loads));
	file.loads[0].p_filesz = offsetof(struct file, loads);
	check_accepted();
	cr_assert_eq(program.headers, 0, "headers that begin where the data ends are not in memory");
}

/* ---- files that are refused ---- */

static void check_refused(const char *words)
{
	const char *why = check_cut(sizeof(file));

	cr_assert_not_null(why);
	cr_assert_str_eq(why, words);
}

Test(guest_elf, cut_at_every_byte)
{
	for (size_t size = 0; size < offsetof(struct file, sections); size++) {
		const char *why = check_cut(size);
		cr_assert_not_null(why, "cut to %zu bytes", size);
		cr_assert_eq(strncmp(why, "truncated: ", 11), 0, "cut to %zu bytes: %s", size, why);
	}
	cr_assert_null(check_cut(offsetof(struct file, sections)));
}

Test(guest_elf, says_which_part_is_cut)
{
	cr_assert_str_eq(check_cut(0), "truncated: shorter than an ELF header");
	cr_assert_str_eq(check_cut(sizeof(Elf64_Ehdr) - 1), "truncated: shorter than an ELF header");
	cr_assert_str_eq(check_cut(sizeof(Elf64_Ehdr)), "truncated: program headers beyond the end");
	cr_assert_str_eq(check_cut(offsetof(struct file, sections) - 1),
			 "truncated: a segment's data lies beyond the end");
}

Test(guest_elf, each_byte_of_the_magic_counts)
{
	for (unsigned i = 0; i < SELFMAG; i++) {
		file.header.e_ident[i] ^= 1;
		check_refused("not an ELF file");
		file.header.e_ident[i] ^= 1;
	}
}

Test(guest_elf, other_machines)
{
	file.header.e_ident[EI_CLASS] = ELFCLASS32;
	check_refused("not for x86-64");
	file.header.e_ident[EI_CLASS] = ELFCLASS64;
	file.header.e_ident[EI_DATA] = ELFDATA2MSB;
	check_refused("not for x86-64");
	file.header.e_ident[EI_DATA] = ELFDATA2LSB;
	file.header.e_machine = EM_AARCH64;
	check_refused("not for x86-64");
}

Test(guest_elf, other_types)
{
	file.header.e_type = ET_REL;
	check_refused("not an executable");
	file.header.e_type = ET_CORE;
	check_refused("not an executable");
}

Test(guest_elf, dynamic_programs)
{
	add_load(0x500000, 1, PF_R);
	file.loads[1].p_type = PT_INTERP;
	check_refused("dynamic: static only (link with -static)");
	file.loads[1].p_type = PT_DYNAMIC;
	check_refused("dynamic: static only (link with -static)");
}

/* A static program that relocates itself is loaded at a base; one with an interpreter is refused. */
Test(guest_elf, position_independent_programs)
{
	file.header.e_type = ET_DYN;
	add_load(0x500000, 1, PF_R);
	file.loads[1].p_type = PT_DYNAMIC;
	check_accepted();
	cr_assert_eq(program.base, ELF_PIE_BASE);
	cr_assert_eq(program.entry, ELF_PIE_BASE + file.header.e_entry);
	cr_assert_eq(program.segments[0].address, ELF_PIE_BASE + file.loads[0].p_vaddr);
	cr_assert_eq(program.end % 0x1000, 0);
	file.loads[1].p_type = PT_INTERP;
	check_refused("dynamic: static only (link with -static)");
	file.loads[1].p_type = PT_LOAD;
	file.loads[1].p_vaddr = UINT64_MAX - ELF_PIE_BASE + 1; /* at 0 */
	check_refused("a segment outside user memory");
}

Test(guest_elf, program_headers_of_another_size)
{
	file.header.e_phentsize = sizeof(Elf64_Phdr) + 8;
	check_refused("program headers of an unknown size");
	file.header.e_phentsize = 0;
	check_refused("program headers of an unknown size");
}

Test(guest_elf, program_headers_beyond_the_end)
{
	static const uint64_t offsets[] = {sizeof(file),     sizeof(file) - sizeof(Elf64_Phdr) + 4, sizeof(file) + 4,
					   UINT64_MAX - 3,   UINT64_MAX - sizeof(Elf64_Phdr) + 1,   INT64_MAX - 3,
					   UINT64_C(1) << 63};

	for (unsigned i = 0; i < COUNT(offsets); i++) {
		file.header.e_phoff = offsets[i];
		check_refused("truncated: program headers beyond the end");
	}
	file.header.e_phoff = offsetof(struct file, loads);
	file.header.e_phnum = UINT16_MAX;
	check_refused("truncated: program headers beyond the end");
}

Test(guest_elf, program_headers_out_of_alignment)
{
	for (unsigned shift = 1; shift < 4; shift++) {
		file.header.e_phoff = offsetof(struct file, loads) + shift;
		check_refused("truncated: program headers beyond the end");
	}
}

Test(guest_elf, more_data_than_memory)
{
	file.loads[0].p_memsz = file.loads[0].p_filesz - 1;
	check_refused("a segment with more data than memory");
	file.loads[0].p_filesz = UINT64_MAX;
	check_refused("a segment with more data than memory");
}

Test(guest_elf, data_beyond_the_end)
{
	static const uint64_t offsets[] = {sizeof(file) - DATA_SIZE + 1, sizeof(file), sizeof(file) + 1, UINT64_MAX,
					   UINT64_MAX - DATA_SIZE + 1};

	for (unsigned i = 0; i < COUNT(offsets); i++) {
		file.loads[0].p_offset = offsets[i];
		check_refused("truncated: a segment's data lies beyond the end");
	}
	file.loads[0].p_offset = 8;
	file.loads[0].p_filesz = file.loads[0].p_memsz = UINT64_MAX;
	check_refused("truncated: a segment's data lies beyond the end");
}

static void check_outside(uint64_t address, uint64_t memory)
{
	file.header.e_phnum = 1;
	add_load(address, memory, PF_R);
	check_refused("a segment outside user memory");
}

Test(guest_elf, segments_outside_user_memory)
{
	check_outside(0, 0x1000);
	check_outside(LOWEST - 1, 1);
	check_outside(LOWEST - 1, 0x1000);
	check_outside(HIGHEST, 1);
	check_outside(HIGHEST - 1, 2);
	check_outside(0x800000000000, 0x1000);	   /* not canonical */
	check_outside(0xffff800000000000, 0x1000); /* the kernel's direct map */
	check_outside(0xffffffff80000000, 0x1000); /* the kernel */
	check_outside(UINT64_MAX, 1);
}

Test(guest_elf, segments_that_wrap_around)
{
	check_outside(LOWEST, UINT64_MAX);
	check_outside(0x500000, UINT64_MAX - 0x500000 + 1);
	check_outside(0x500000, UINT64_MAX - 0x100000);
	check_outside(LOWEST, HIGHEST);
	check_outside(UINT64_MAX - 0xfff, 0x1000);
	check_outside(UINT64_MAX - 0xfff, 0x500000);
}

Test(guest_elf, segments_that_overlap)
{
	static const struct {
		uint64_t address, memory;
	} overlaps[] = {
		{TEXT_START, 0x1000},	      {TEXT_START + 0x800, 1},	  {TEXT_START - 0x1000, 0x1001},
		{TEXT_START + 0xfff, 0x1000}, {LOWEST, HIGHEST - LOWEST}, {TEXT_START - 0x2000, 0x5000},
	};

	for (unsigned i = 0; i < COUNT(overlaps); i++) {
		file.header.e_phnum = 1;
		add_load(overlaps[i].address, overlaps[i].memory, PF_R);
		check_refused("segments overlap");
	}
}

Test(guest_elf, segments_that_share_a_page)
{
	file.loads[0].p_memsz = 0x800;
	add_load(TEXT_START + 0xc00, 0x100, PF_R | PF_W);
	check_refused("segments overlap");
}

Test(guest_elf, segments_that_touch_do_not_overlap)
{
	add_load(TEXT_START - 0x1000, 0x1000, PF_R);
	add_load(TEXT_START + 0x1000, 0x1000, PF_R);
	check_accepted();
}

Test(guest_elf, too_many_segments)
{
	for (unsigned i = 1; i < ELF_SEGMENTS_MAX; i++)
		add_load(0x500000 + i * PAGE, 1, PF_R);
	check_accepted();
	cr_assert_eq(program.segment_count, ELF_SEGMENTS_MAX);
	add_load(0x600000, 1, PF_R);
	check_refused("too many segments");
}

Test(guest_elf, nothing_to_load)
{
	file.header.e_phnum = 0;
	check_refused("nothing to load");
	file.header.e_phnum = 1;
	file.loads[0].p_type = PT_NOTE;
	check_refused("nothing to load");
	file.loads[0].p_type = PT_LOAD;
	file.loads[0].p_memsz = 0;
	check_refused("nothing to load");
}

Test(guest_elf, an_entry_outside_the_code)
{
	static const uint64_t entries[] = {0,	     TEXT_START - 1,	 TEXT_START + 0x1000,
					   0x500000, 0xffffffff80000000, UINT64_MAX};

	add_load(0x500000, 0x1000, PF_R | PF_W);
	for (unsigned i = 0; i < COUNT(entries); i++) {
		file.header.e_entry = entries[i];
		check_refused("its entry is in no executable segment");
	}
	file.header.e_entry = TEXT_START + 0xfff;
	check_accepted();
}

Test(guest_elf, a_refused_file_leaves_nothing_of_the_last_one)
{
	check_accepted();
	file.header.e_type = ET_REL;
	check_cut(sizeof(file));
	cr_assert_eq(program.segment_count, 0);
	cr_assert_eq(program.entry, 0);
	cr_assert_eq(program.end, 0);
}

/* ---- symbols ---- */

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

Test(guest_elf, the_symbol_that_covers_an_address)
{
	check_symbol(TEXT_START, "_start", 0);
	check_symbol(TEXT_START + 0x3f, "_start", 0x3f);
	check_symbol(TEXT_START + 0x40, "main", 0);
	check_symbol(TEXT_START + 0x5f, "main", 0x1f);
	check_symbol(TEXT_START + 0x80, "last", 0);
	check_symbol(TEXT_START + TEXT_SIZE - 1, "last", TEXT_SIZE - 1 - 0x80);
}

Test(guest_elf, addresses_that_no_symbol_covers)
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

Test(guest_elf, a_size_may_reach_beyond_everything)
{
	file.symbols[2].st_size = UINT64_MAX;
	check_symbol(TEXT_START + 0x7f, "main", 0x3f);
	file.sections[TEXT].sh_size = UINT64_MAX;
	check_symbol(UINT64_MAX - 1, "last", UINT64_MAX - 1 - TEXT_START - 0x80);
}

Test(guest_elf, names_come_only_from_code_of_the_same_section)
{
	file.symbols[2].st_shndx = BSS;
	check_symbol(TEXT_START + 0x50, "_start", 0x50);
	file.sections[TEXT].sh_flags = SHF_ALLOC;
	check_symbol(TEXT_START + 0x50, NULL, 0);
}

Test(guest_elf, files_without_symbols)
{
	file.sections[SYMTAB].sh_type = SHT_PROGBITS;
	check_no_symbol();
	file.header.e_shnum = 0;
	check_no_symbol();
	file.header.e_shoff = 0;
	check_no_symbol();
}

Test(guest_elf, symbols_of_a_file_cut_at_every_byte)
{
	for (size_t size = 0; size < sizeof(file); size++)
		check_symbol_cut(size, TEXT_START + 0x40, NULL, 0);
}

Test(guest_elf, damaged_section_headers)
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
	for (unsigned i = 0; i < COUNT(offsets); i++) {
		file.header.e_shoff = offsets[i];
		check_no_symbol();
	}
}

Test(guest_elf, damaged_symbol_tables)
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

Test(guest_elf, damaged_names)
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

Test(guest_elf, a_name_without_an_end)
{
	memset(file.names, 'x', sizeof(file.names));
	check_no_symbol();
	file.names[sizeof(file.names) - 1] = '\0';
	file.symbols[2].st_name = sizeof(file.names) - 2;
	check_symbol(TEXT_START + 0x40, "x", 0);
}
