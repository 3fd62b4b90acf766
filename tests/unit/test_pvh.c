/* SPDX-License-Identifier: MIT */
/* Unit tests of loading a PVH image: the contents of guest memory, and missing files or directories. */
#include <sys/stat.h>
#include <unistd.h>

#include "pvh_image.h"

TestSuite(pvh, .init = set_up, .fini = tear_down, .timeout = 30);

static const struct pvh_start_info *start_info(void)
{
	const struct pvh_start_info *info = memory_translate(&memory, boot.start_info, sizeof(*info));

	cr_assert_not_null(info);
	return info;
}

/* ---- guest memory after loading ---- */

Test(pvh, loads_segments_and_zeroes)
{
	static const uint8_t zeros[8192];

	cr_assert_eq(load(), 0, "%s", error.text);
	cr_expect_eq(boot.entry, TEXT_ADDRESS + 8);
	cr_expect_arr_eq(memory.host + TEXT_ADDRESS, image.text, sizeof(image.text));
	cr_expect_arr_eq(memory.host + DATA_ADDRESS, image.data, sizeof(image.data));
	cr_expect_arr_eq(memory.host + DATA_ADDRESS + sizeof(image.data), zeros, 8192 - sizeof(image.data));
}

Test(pvh, an_entry_of_four_bytes)
{
	image.note.n_descsz = 4;
	image.entry |= UINT64_C(0xffffffff) << 32;
	cr_assert_eq(load(), 0, "%s", error.text);
	cr_expect_eq(boot.entry, TEXT_ADDRESS + 8);
}

Test(pvh, finds_the_note_behind_others)
{
	struct {
		Elf64_Nhdr first;
		char name[4], bytes[4];
		Elf64_Nhdr second;
		char xen[4];
		uint32_t entry;
	} notes = {.first = {4, 3, 1}, /* a descriptor of 3 bytes, padded */
		   .name = "GNU",
		   .second = {4, 4, PVH_NOTE_PHYS32_ENTRY},
		   .xen = PVH_NOTE_NAME,
		   .entry = TEXT_ADDRESS + 16};

	memcpy(image.text, &notes, sizeof(notes));
	segment(NOTE, PT_NOTE, offsetof(struct image, text), 0, sizeof(notes), sizeof(notes));
	cr_assert_eq(load(), 0, "%s", error.text);
	cr_expect_eq(boot.entry, TEXT_ADDRESS + 16);
}

Test(pvh, reads_beyond_the_first_page)
{
	static uint8_t file[3 * 4096 + sizeof(image)];

	segment(TEXT, PT_LOAD, 3 * 4096, TEXT_ADDRESS, sizeof(image), sizeof(image));
	memcpy(file, &image, sizeof(image));
	memset(file + 3 * 4096, 0x5a, sizeof(image));
	write_file(image_path, file, sizeof(file));
	cr_assert_eq(load_kernel(&memory, image_path, NULL, "", &boot, &error), 0, "%s", error.text);
	cr_expect_arr_eq(memory.host + TEXT_ADDRESS, file + 3 * 4096, sizeof(image));
}

Test(pvh, start_info)
{
	cr_assert_eq(load_with(NULL, "hz=100 -- sh"), 0, "%s", error.text);
	const struct pvh_start_info *info = start_info();
	cr_expect_eq(info->magic, 0x336ec578);
	cr_expect_eq(info->version, 1);
	cr_expect_eq(info->module_count, 0);
	cr_expect_eq(info->rsdp, 0);
	cr_expect_str_eq((char *)memory_translate(&memory, info->cmdline, 13), "hz=100 -- sh");
}

Test(pvh, memory_map_of_little_memory)
{
	cr_assert_eq(load(), 0, "%s", error.text);
	const struct pvh_start_info *info = start_info();
	const struct pvh_memmap_entry *map = memory_translate(&memory, info->memmap, 4 * sizeof(*map));
	static const struct pvh_memmap_entry expected[] = {
		{0, 0xa0000, PVH_MEMORY_RAM, 0},
		{0xa0000, 0x60000, PVH_MEMORY_RESERVED, 0},
		{0x100000, RAM - 0x100000, PVH_MEMORY_RAM, 0},
		{0xc0000000, 0x40000000, PVH_MEMORY_RESERVED, 0},
	};
	cr_assert_eq(info->memmap_count, 4);
	cr_expect_arr_eq((const uint8_t *)map, (const uint8_t *)expected, sizeof(expected));
}

Test(pvh, memory_map_of_more_than_the_hole_leaves_room_for)
{
	memory_destroy(&memory);
	cr_assert_eq(memory_create(&memory, UINT64_C(5) << 30, &error), 0, "%s", error.text);
	cr_assert_eq(load(), 0, "%s", error.text);
	const struct pvh_start_info *info = start_info();
	cr_assert_eq(info->memmap_count, 5);
	const struct pvh_memmap_entry *map = memory_translate(&memory, info->memmap, 5 * sizeof(*map));
	cr_expect_eq(map[2].address + map[2].size, MEMORY_HOLE_START);
	cr_expect_eq(map[4].address, MEMORY_HOLE_END);
	cr_expect_eq(map[4].size, UINT64_C(2) << 30);
	cr_expect_eq(map[4].type, PVH_MEMORY_RAM);
	cr_expect_lt(boot.start_info, MEMORY_HOLE_START);
}

Test(pvh, initrd_is_page_aligned_and_overlaps_nothing)
{
	static uint8_t initrd[10000];

	memset(initrd, 0xcd, sizeof(initrd));
	write_file(initrd_path, initrd, sizeof(initrd));
	/* Data at the very end of RAM: everything else must go below it. */
	segment(DATA, PT_LOAD, offsetof(struct image, data), RAM - 4096, sizeof(image.data), 4096);
	cr_assert_eq(load_with(initrd_path, "x"), 0, "%s", error.text);

	const struct pvh_start_info *info = start_info();
	cr_assert_eq(info->module_count, 1);
	const struct pvh_module *module = memory_translate(&memory, info->modules, sizeof(*module));
	cr_expect_eq(module->size, sizeof(initrd));
	cr_expect_eq(module->address % 4096, 0);
	cr_expect_leq(module->address + module->size, RAM - 4096);
	cr_expect_leq(boot.start_info + 4096, module->address);
	cr_expect_arr_eq((uint8_t *)memory_translate(&memory, module->address, sizeof(initrd)), initrd, sizeof(initrd));
	cr_expect_arr_eq(memory.host + RAM - 4096, image.data, sizeof(image.data));
}

Test(pvh, memory_below_one_mebibyte)
{
	memory_destroy(&memory);
	cr_assert_eq(memory_create(&memory, 0xb0000, &error), 0, "%s", error.text);
	segment(TEXT, PT_LOAD, offsetof(struct image, text), 0x8000, sizeof(image.text), sizeof(image.text));
	segment(DATA, PT_LOAD, offsetof(struct image, data), 0xa8000, sizeof(image.data), 4096);
	image.entry = 0x8000;
	cr_assert_eq(load(), 0, "%s", error.text);
	cr_expect_lt(boot.start_info, 0xa0000, "boot block in the legacy range");
	cr_expect_arr_eq(memory.host + 0xa8000, image.data, sizeof(image.data));
	cr_expect_eq(start_info()->memmap_count, 3);
}

/* ---- missing files, and directories ---- */

Test(pvh, missing_image)
{
	assert_error(load_kernel(&memory, "/nonexistent/image", NULL, "", &boot, &error), "/nonexistent/image",
		     "No such file");
}

Test(pvh, image_is_a_directory)
{
	assert_error(load_kernel(&memory, directory, NULL, "", &boot, &error), directory, "directory");
}

Test(pvh, image_is_a_fifo)
{
	cr_assert_eq(mkfifo(image_path, 0600), 0);
	assert_error(load_kernel(&memory, image_path, NULL, "", &boot, &error), image_path, "not a regular file");
}

/* ---- initrd and command line ---- */

Test(pvh, missing_initrd)
{
	assert_error(load_with(initrd_path, ""), initrd_path, "No such file");
}

Test(pvh, initrd_is_a_directory)
{
	assert_error(load_with(directory, ""), directory, "not a regular file");
}

Test(pvh, initrd_is_empty)
{
	write_file(initrd_path, "", 0);
	assert_error(load_with(initrd_path, ""), initrd_path, "empty");
}

Test(pvh, initrd_too_large)
{
	write_file(initrd_path, "x", 1);
	cr_assert_eq(truncate(initrd_path, (off_t)(15 * MIB)), 0);
	assert_error(load_with(initrd_path, ""), initrd_path, "does not fit");
	cr_assert_eq(truncate(initrd_path, INT64_C(1) << 40), 0);
	assert_error(load_with(initrd_path, ""), initrd_path, "does not fit");
}

Test(pvh, command_line_too_long)
{
	char *text = malloc(RAM + 1);

	cr_assert_not_null(text);
	memset(text, 'a', RAM);
	text[RAM] = '\0';
	assert_error(load_with(NULL, text), image_path, "command line");
	free(text);
}
