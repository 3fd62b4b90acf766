/* SPDX-License-Identifier: MIT */
/* Unit tests of loading a PVH image: a small kernel, which a test may change before it is written and loaded. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf_writer.h"
#include "loaders/loader.h"
#include "ringside/option_table.h"
#include "ringside/pvh.h"

#define MIB (UINT64_C(1) << 20)
#define RAM (16 * MIB)
#define TEXT_ADDRESS (1 * MIB)
#define DATA_ADDRESS (2 * MIB)

enum { TEXT, DATA, NOTE, SEGMENTS };

/* A small kernel: 256 bytes of text, 16 bytes of data with bss after them, the note. Tests change it before it is
 * written. */
struct image {
	Elf64_Ehdr header;
	Elf64_Phdr segments[SEGMENTS];
	Elf64_Nhdr note;
	char note_name[4];
	uint64_t entry;
	uint8_t text[256];
	uint8_t data[16];
};

static struct image image;
static size_t image_size;
static char directory[] = "/tmp/ringside-pvh-XXXXXX";
static char image_path[64], initrd_path[64];
static struct memory memory;
static struct boot boot;
static struct error error;

static void segment(unsigned index, uint32_t type, size_t offset, uint64_t address, uint64_t file, uint64_t size)
{
	image.segments[index] = (Elf64_Phdr){.p_type = type,
					     .p_flags = PF_R,
					     .p_offset = offset,
					     .p_paddr = address,
					     .p_vaddr = address,
					     .p_filesz = file,
					     .p_memsz = size,
					     .p_align = 4};
}

static void set_up(void)
{
	image = (struct image){
		.header = elf_writer_header(),
		.note = {.n_namesz = sizeof(PVH_NOTE_NAME), .n_descsz = 8, .n_type = PVH_NOTE_PHYS32_ENTRY},
		.note_name = PVH_NOTE_NAME,
		.entry = TEXT_ADDRESS + 8,
	};
	image.header.e_phoff = offsetof(struct image, segments);
	image.header.e_phnum = SEGMENTS;
	memset(image.text, 0x90, sizeof(image.text));
	memset(image.data, 0xd0, sizeof(image.data));
	segment(TEXT, PT_LOAD, offsetof(struct image, text), TEXT_ADDRESS, sizeof(image.text), sizeof(image.text));
	segment(DATA, PT_LOAD, offsetof(struct image, data), DATA_ADDRESS, sizeof(image.data), 8192);
	segment(NOTE, PT_NOTE, offsetof(struct image, note), 0, sizeof(Elf64_Nhdr) + 4 + 8, sizeof(Elf64_Nhdr) + 4 + 8);
	image_size = sizeof(image);

	cr_assert_not_null(mkdtemp(directory));
	snprintf(image_path, sizeof(image_path), "%s/image", directory);
	snprintf(initrd_path, sizeof(initrd_path), "%s/initrd", directory);
	cr_assert_eq(memory_create(&memory, RAM, &error), 0);
}

static void tear_down(void)
{
	memory_destroy(&memory);
	remove(image_path);
	remove(initrd_path);
	remove(directory);
}

static void write_file(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	cr_assert_eq(fwrite(bytes, 1, size, file), size);
	cr_assert_eq(fclose(file), 0);
}

static int load_with(const char *initrd, const char *command_line)
{
	write_file(image_path, &image, image_size);
	return load_kernel(&memory, image_path, initrd, command_line, &boot, &error);
}

static int load(void)
{
	return load_with(NULL, "");
}

static void assert_error(int result, const char *path, const char *expected)
{
	cr_assert_eq(result, -1);
	cr_expect_eq(strncmp(error.text, path, strlen(path)), 0, "\"%s\" does not name the file", error.text);
	cr_expect(strstr(error.text, expected) != NULL, "\"%s\" is not in \"%s\"", expected, error.text);
	cr_expect(strchr(error.text, '\n') == NULL);
}

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
	assert_error(load_kernel(&memory, image_path, NULL, "", &boot, &error), image_path, "it is a pipe");
}

/* ---- initrd and command line ---- */

Test(pvh, missing_initrd)
{
	assert_error(load_with(initrd_path, ""), initrd_path, "No such file");
}

Test(pvh, initrd_is_a_directory)
{
	assert_error(load_with(directory, ""), directory, "it is a directory");
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

/* ---- damaged images, each of which has its own message ---- */

static void assert_refused(const char *expected)
{
	assert_error(load(), image_path, expected);
}

/* ---- damaged images: the file ---- */

Test(pvh, image_is_empty)
{
	image_size = 0;
	assert_refused("empty");
}

Test(pvh, image_cut_anywhere_is_refused)
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

Test(pvh, truncated_in_a_segment)
{
	image_size = sizeof(image) - 1;
	assert_refused("truncated");
}

/* ---- damaged images: headers ---- */

Test(pvh, not_elf)
{
	memcpy(&image, "#!/bin/sh\n", 10);
	assert_refused("it is a script");
}

Test(pvh, elf32)
{
	image.header.e_ident[EI_CLASS] = ELFCLASS32;
	assert_refused("64-bit");
}

Test(pvh, wrong_machine)
{
	image.header.e_machine = EM_AARCH64;
	assert_refused("x86-64");
}

Test(pvh, big_endian)
{
	image.header.e_ident[EI_DATA] = ELFDATA2MSB;
	assert_refused("x86-64");
}

Test(pvh, no_program_headers)
{
	image.header.e_phnum = 0;
	assert_refused("no program headers");
}

Test(pvh, too_many_program_headers)
{
	image.header.e_phnum = 0xffff;
	assert_refused("more program headers");
}

Test(pvh, program_headers_of_wrong_size)
{
	image.header.e_phentsize = 32;
	assert_refused("wrong size");
}

Test(pvh, program_headers_nowhere)
{
	image.header.e_phoff = UINT64_MAX - 8;
	assert_refused("not a valid ELF");
	image.header.e_phoff = 1 << 20;
	assert_refused("truncated");
}

/* ---- a kernel that names its options ---- */

/* The image with a second note behind the first; the text begins with it. */
static void add_options_note(void)
{
	static const struct {
		Elf64_Nhdr header;
		char name[12];
		uint32_t command_line_max;
		char list[44];
	} note = {{sizeof(RINGSIDE_NOTE_NAME), 4 + 44, RINGSIDE_NOTE_OPTIONS},
		  RINGSIDE_NOTE_NAME,
		  20,
		  "hz\0000..9\0Ticks\0quiet\0flag\0Says nothing\0ab"};

	memcpy(image.text, &note, sizeof(note));
	image.segments[NOTE].p_filesz += sizeof(note);
}

static const char *const cpio = "070701 and what follows";

Test(pvh, options_that_the_kernel_names)
{
	add_options_note();
	cr_expect_eq(load_with(NULL, "hz=3 -- \"a\"\"b\""), 0, "%s", error.text);
}

Test(pvh, options_that_the_kernel_does_not_name)
{
	add_options_note();
	cr_expect_eq(load_with(NULL, "hz=10"), 2);
	cr_expect_str_eq(error.text, "-a 'hz=10': hz is 0 to 9");
	cr_expect_eq(load_with(NULL, "-- 678901234567890123"), 2);
	image.segments[NOTE].p_filesz -= 1;
	cr_expect_eq(load_with(NULL, "hz=10"), 0, "a note that is cut is none");
}

Test(pvh, initrds_of_a_kernel_with_options)
{
	write_file(initrd_path, "\x1f\x8b\b and what follows", 20);
	cr_expect_eq(load_with(initrd_path, ""), 0, "other kernels take what they like");
	add_options_note();
	memory_destroy(&memory);
	cr_assert_eq(memory_create(&memory, RAM, &error), 0);
	assert_error(load_with(initrd_path, ""), initrd_path, "zcat ");
	write_file(initrd_path, cpio, strlen(cpio));
	memory_destroy(&memory);
	cr_assert_eq(memory_create(&memory, RAM, &error), 0);
	cr_expect_eq(load_with(initrd_path, ""), 0, "%s", error.text);
}

/* ---- damaged images: the note ---- */

Test(pvh, no_note)
{
	image.segments[NOTE].p_type = PT_NULL;
	assert_refused("no PVH note");
}

Test(pvh, notes_that_are_not_it)
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

Test(pvh, hostile_note_sizes)
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

Test(pvh, entry_outside)
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

Test(pvh, entry_above_four_gibibytes)
{
	memory_destroy(&memory);
	cr_assert_eq(memory_create(&memory, UINT64_C(5) << 30, &error), 0, "%s", error.text);
	image.segments[TEXT].p_paddr = MEMORY_HOLE_END;
	image.entry = MEMORY_HOLE_END;
	assert_refused("entry");
}

/* ---- damaged images: segments ---- */

Test(pvh, nothing_to_load)
{
	image.segments[DATA].p_memsz = image.segments[DATA].p_filesz = 0;
	image.segments[TEXT].p_memsz = 0;
	assert_refused("nothing to load");
}

Test(pvh, segments_overlap)
{
	image.segments[DATA].p_paddr = TEXT_ADDRESS + sizeof(image.text) - 1;
	assert_refused("overlaps");
	image.segments[DATA].p_paddr = TEXT_ADDRESS - 8191;
	assert_refused("overlaps");
	image.segments[DATA].p_paddr = TEXT_ADDRESS + sizeof(image.text);
	cr_expect_eq(load(), 0, "neighbours are no overlap: %s", error.text);
}

Test(pvh, segment_outside_ram)
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

Test(pvh, segment_wraps_around)
{
	image.segments[DATA].p_paddr = UINT64_MAX - 4095;
	assert_refused("wraps around");
	image.segments[DATA].p_paddr = DATA_ADDRESS;
	image.segments[DATA].p_memsz = UINT64_MAX;
	assert_refused("wraps around");
}

Test(pvh, more_in_the_file_than_in_memory)
{
	image.segments[DATA].p_memsz = sizeof(image.data) - 1;
	assert_refused("more bytes in the file");
}

Test(pvh, segment_offset_nowhere)
{
	image.segments[DATA].p_offset = UINT64_MAX - 3;
	assert_refused("not a valid ELF");
	image.segments[DATA].p_offset = INT64_MAX;
	assert_refused("not a valid ELF");
	image.segments[DATA].p_offset = sizeof(image) + 4096;
	assert_refused("truncated");
}
