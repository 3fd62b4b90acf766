/* SPDX-License-Identifier: MIT */
/* Unit tests of programs as ELF files: which files are accepted, and what is read from them. */
#include "elf_file.h"

TestSuite(guest_elf, .init = setup);

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
