/* SPDX-License-Identifier: MIT */
/* Unit tests of damaged PVH images: truncated, or with wrong headers, notes or segments; each has its own message. */
#include "pvh_image.h"

TestSuite(pvh_refused, .init = set_up, .fini = tear_down, .timeout = 30);

static void assert_refused(const char *expected)
{
	assert_error(load(), image_path, expected);
}

/* ---- the file ---- */

Test(pvh_refused, image_is_empty)
{
	image_size = 0;
	assert_refused("empty");
}

Test(pvh_refused, image_cut_anywhere_is_refused)
{
	/* Every byte of the file is needed, so every truncation is refused. */
	for (image_size = 0; image_size < sizeof(image); image_size++) {
		memory_destroy(&memory);
		cr_assert_eq(memory_create(&memory, RAM, &error), 0);
		cr_assert_eq(load(), -1, "accepted with %zu bytes", image_size);
		cr_assert_eq(strncmp(error.text, image_path, strlen(image_path)), 0);
	}
	cr_assert_eq(load(), 0, "%s", error.text);
}

Test(pvh_refused, truncated_in_a_segment)
{
	image_size = sizeof(image) - 1;
	assert_refused("truncated");
}

/* ---- headers ---- */

Test(pvh_refused, not_elf)
{
	memcpy(&image, "#!/bin/sh\n", 10);
	assert_refused("not an ELF file");
}

Test(pvh_refused, elf32)
{
	image.header.e_ident[EI_CLASS] = ELFCLASS32;
	assert_refused("64-bit");
}

Test(pvh_refused, wrong_machine)
{
	image.header.e_machine = EM_AARCH64;
	assert_refused("x86-64");
}

Test(pvh_refused, big_endian)
{
	image.header.e_ident[EI_DATA] = ELFDATA2MSB;
	assert_refused("x86-64");
}

Test(pvh_refused, no_program_headers)
{
	image.header.e_phnum = 0;
	assert_refused("no program headers");
}

Test(pvh_refused, too_many_program_headers)
{
	image.header.e_phnum = 0xffff;
	assert_refused("more program headers");
}

Test(pvh_refused, program_headers_of_wrong_size)
{
	image.header.e_phentsize = 32;
	assert_refused("wrong size");
}

Test(pvh_refused, program_headers_nowhere)
{
	image.header.e_phoff = UINT64_MAX - 8;
	assert_refused("not a valid ELF");
	image.header.e_phoff = 1 << 20;
	assert_refused("truncated");
}

/* ---- the note ---- */

Test(pvh_refused, no_note)
{
	image.segments[NOTE].p_type = PT_NULL;
	assert_refused("no PVH note");
}

Test(pvh_refused, notes_that_are_not_it)
{
	image.note.n_type = 1;
	assert_refused("no PVH note");
	image.note.n_type = PVH_NOTE_PHYS32_ENTRY;
	image.note.n_descsz = 3;
	assert_refused("no PVH note");
	image.note.n_descsz = 8;
	memcpy(image.note_name, "GNU", 4);
	assert_refused("no PVH note");
}

Test(pvh_refused, hostile_note_sizes)
{
	image.note.n_namesz = UINT32_MAX;
	assert_refused("no PVH note");
	image.note.n_namesz = 4;
	image.note.n_descsz = UINT32_MAX;
	assert_refused("no PVH note");
	image.note.n_descsz = 8;
	image.segments[NOTE].p_filesz = sizeof(Elf64_Nhdr) - 1;
	assert_refused("no PVH note");
	image.segments[NOTE].p_filesz = sizeof(Elf64_Nhdr) + 4 + 7;
	assert_refused("no PVH note");
}

Test(pvh_refused, entry_outside)
{
	image.entry = TEXT_ADDRESS + sizeof(image.text);
	assert_refused("entry");
	image.entry = TEXT_ADDRESS - 1;
	assert_refused("entry");
	image.entry = DATA_ADDRESS + sizeof(image.data); /* in the bss, where there is no code */
	assert_refused("entry");
	image.entry = UINT64_C(0x100000000) + TEXT_ADDRESS;
	assert_refused("entry");
}

Test(pvh_refused, entry_above_four_gibibytes)
{
	memory_destroy(&memory);
	cr_assert_eq(memory_create(&memory, UINT64_C(5) << 30, &error), 0, "%s", error.text);
	image.segments[TEXT].p_paddr = MEMORY_HOLE_END;
	image.entry = MEMORY_HOLE_END;
	assert_refused("entry");
}

/* ---- segments ---- */

Test(pvh_refused, nothing_to_load)
{
	image.segments[DATA].p_memsz = image.segments[DATA].p_filesz = 0;
	image.segments[TEXT].p_memsz = 0;
	assert_refused("nothing to load");
}

Test(pvh_refused, segments_overlap)
{
	image.segments[DATA].p_paddr = TEXT_ADDRESS + sizeof(image.text) - 1;
	assert_refused("overlaps");
	image.segments[DATA].p_paddr = TEXT_ADDRESS - 8191;
	assert_refused("overlaps");
	image.segments[DATA].p_paddr = TEXT_ADDRESS + sizeof(image.text);
	cr_expect_eq(load(), 0, "neighbours are no overlap: %s", error.text);
}

Test(pvh_refused, segment_outside_ram)
{
	image.segments[DATA].p_paddr = RAM - 8191;
	assert_refused("guest memory");
	image.segments[DATA].p_paddr = MEMORY_HOLE_START;
	assert_refused("guest memory");
	image.segments[DATA].p_paddr = UINT64_C(0xffffffff80000000);
	assert_refused("guest memory");
	image.segments[DATA].p_paddr = DATA_ADDRESS;
	image.segments[DATA].p_memsz = UINT64_C(1) << 62;
	assert_refused("guest memory");
}

Test(pvh_refused, segment_wraps_around)
{
	image.segments[DATA].p_paddr = UINT64_MAX - 4095;
	assert_refused("wraps around");
	image.segments[DATA].p_paddr = DATA_ADDRESS;
	image.segments[DATA].p_memsz = UINT64_MAX;
	assert_refused("wraps around");
}

Test(pvh_refused, more_in_the_file_than_in_memory)
{
	image.segments[DATA].p_memsz = sizeof(image.data) - 1;
	assert_refused("more bytes in the file");
}

Test(pvh_refused, segment_offset_nowhere)
{
	image.segments[DATA].p_offset = UINT64_MAX - 3;
	assert_refused("not a valid ELF");
	image.segments[DATA].p_offset = INT64_MAX;
	assert_refused("not a valid ELF");
	image.segments[DATA].p_offset = sizeof(image) + 4096;
	assert_refused("truncated");
}
