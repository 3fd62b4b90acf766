/* SPDX-License-Identifier: MIT */
/* Unit tests of programs as ELF files: every refusal and its message. */
#include "elf_file.h"

TestSuite(guest_elf_refused, .init = setup);

static void check_refused(const char *words)
{
	const char *why = check_cut(sizeof(file));

	cr_assert_not_null(why);
	cr_assert_str_eq(why, words);
}

Test(guest_elf_refused, cut_at_every_byte)
{
	for (size_t size = 0; size < offsetof(struct file, sections); size++) {
		const char *why = check_cut(size);
		cr_assert_not_null(why, "cut to %zu bytes", size);
		cr_assert_eq(strncmp(why, "truncated: ", 11), 0, "cut to %zu bytes: %s", size, why);
	}
	cr_assert_null(check_cut(offsetof(struct file, sections)));
}

Test(guest_elf_refused, says_which_part_is_cut)
{
	cr_assert_str_eq(check_cut(0), "truncated: shorter than an ELF header");
	cr_assert_str_eq(check_cut(sizeof(Elf64_Ehdr) - 1), "truncated: shorter than an ELF header");
	cr_assert_str_eq(check_cut(sizeof(Elf64_Ehdr)), "truncated: program headers beyond the end");
	cr_assert_str_eq(check_cut(offsetof(struct file, sections) - 1),
			 "truncated: a segment's data lies beyond the end");
}

Test(guest_elf_refused, each_byte_of_the_magic_counts)
{
	for (unsigned i = 0; i < SELFMAG; i++) {
		file.header.e_ident[i] ^= 1;
		check_refused("not an ELF file");
		file.header.e_ident[i] ^= 1;
	}
}

Test(guest_elf_refused, other_machines)
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

Test(guest_elf_refused, other_types)
{
	file.header.e_type = ET_DYN;
	check_refused("dynamic or position-independent: static only (link with -static -no-pie)");
	file.header.e_type = ET_REL;
	check_refused("not an executable");
	file.header.e_type = ET_CORE;
	check_refused("not an executable");
}

Test(guest_elf_refused, dynamic_programs)
{
	add_load(0x500000, 1, PF_R);
	file.loads[1].p_type = PT_INTERP;
	check_refused("dynamic: static only (link with -static)");
	file.loads[1].p_type = PT_DYNAMIC;
	check_refused("dynamic: static only (link with -static)");
}

Test(guest_elf_refused, program_headers_of_another_size)
{
	file.header.e_phentsize = sizeof(Elf64_Phdr) + 8;
	check_refused("program headers of an unknown size");
	file.header.e_phentsize = 0;
	check_refused("program headers of an unknown size");
}

Test(guest_elf_refused, program_headers_beyond_the_end)
{
	static const uint64_t offsets[] = {sizeof(file),     sizeof(file) - sizeof(Elf64_Phdr) + 4, sizeof(file) + 4,
					   UINT64_MAX - 3,   UINT64_MAX - sizeof(Elf64_Phdr) + 1,   INT64_MAX - 3,
					   UINT64_C(1) << 63};

	for (unsigned i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		file.header.e_phoff = offsets[i];
		check_refused("truncated: program headers beyond the end");
	}
	file.header.e_phoff = offsetof(struct file, loads);
	file.header.e_phnum = UINT16_MAX;
	check_refused("truncated: program headers beyond the end");
}

Test(guest_elf_refused, program_headers_out_of_alignment)
{
	for (unsigned shift = 1; shift < 4; shift++) {
		file.header.e_phoff = offsetof(struct file, loads) + shift;
		check_refused("truncated: program headers beyond the end");
	}
}

Test(guest_elf_refused, more_data_than_memory)
{
	file.loads[0].p_memsz = file.loads[0].p_filesz - 1;
	check_refused("a segment with more data than memory");
	file.loads[0].p_filesz = UINT64_MAX;
	check_refused("a segment with more data than memory");
}

Test(guest_elf_refused, data_beyond_the_end)
{
	static const uint64_t offsets[] = {sizeof(file) - DATA_SIZE + 1, sizeof(file), sizeof(file) + 1, UINT64_MAX,
					   UINT64_MAX - DATA_SIZE + 1};

	for (unsigned i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
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

Test(guest_elf_refused, segments_outside_user_memory)
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

Test(guest_elf_refused, segments_that_wrap_around)
{
	check_outside(LOWEST, UINT64_MAX);
	check_outside(0x500000, UINT64_MAX - 0x500000 + 1);
	check_outside(0x500000, UINT64_MAX - 0x100000);
	check_outside(LOWEST, HIGHEST);
	check_outside(UINT64_MAX - 0xfff, 0x1000);
	check_outside(UINT64_MAX - 0xfff, 0x500000);
}

Test(guest_elf_refused, segments_that_overlap)
{
	static const struct {
		uint64_t address, memory;
	} overlaps[] = {
		{TEXT_START, 0x1000},	      {TEXT_START + 0x800, 1},	  {TEXT_START - 0x1000, 0x1001},
		{TEXT_START + 0xfff, 0x1000}, {LOWEST, HIGHEST - LOWEST}, {TEXT_START - 0x2000, 0x5000},
	};

	for (unsigned i = 0; i < sizeof(overlaps) / sizeof(*overlaps); i++) {
		file.header.e_phnum = 1;
		add_load(overlaps[i].address, overlaps[i].memory, PF_R);
		check_refused("segments overlap");
	}
}

Test(guest_elf_refused, segments_that_share_a_page)
{
	file.loads[0].p_memsz = 0x800;
	add_load(TEXT_START + 0xc00, 0x100, PF_R | PF_W);
	check_refused("segments overlap");
}

Test(guest_elf_refused, segments_that_touch_do_not_overlap)
{
	add_load(TEXT_START - 0x1000, 0x1000, PF_R);
	add_load(TEXT_START + 0x1000, 0x1000, PF_R);
	check_accepted();
}

Test(guest_elf_refused, too_many_segments)
{
	for (unsigned i = 1; i < ELF_SEGMENTS_MAX; i++)
		add_load(0x500000 + i * PAGE, 1, PF_R);
	check_accepted();
	cr_assert_eq(program.segment_count, ELF_SEGMENTS_MAX);
	add_load(0x600000, 1, PF_R);
	check_refused("too many segments");
}

Test(guest_elf_refused, nothing_to_load)
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

Test(guest_elf_refused, an_entry_outside_the_code)
{
	static const uint64_t entries[] = {0,	     TEXT_START - 1,	 TEXT_START + 0x1000,
					   0x500000, 0xffffffff80000000, UINT64_MAX};

	add_load(0x500000, 0x1000, PF_R | PF_W);
	for (unsigned i = 0; i < sizeof(entries) / sizeof(*entries); i++) {
		file.header.e_entry = entries[i];
		check_refused("its entry is in no executable segment");
	}
	file.header.e_entry = TEXT_START + 0xfff;
	check_accepted();
}

Test(guest_elf_refused, a_refused_file_leaves_nothing_of_the_last_one)
{
	check_accepted();
	file.header.e_type = ET_DYN;
	check_cut(sizeof(file));
	cr_assert_eq(program.segment_count, 0);
	cr_assert_eq(program.entry, 0);
	cr_assert_eq(program.end, 0);
}
