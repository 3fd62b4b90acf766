/* SPDX-License-Identifier: MIT */
/* Builds a small kernel as a PVH image, which a test may change before it is loaded. Used by test_pvh*.c. */
#ifndef TESTS_UNIT_PVH_IMAGE_H
#define TESTS_UNIT_PVH_IMAGE_H

#include <stdio.h>
#include <stdlib.h>

#include "elf_writer.h"
#include "loaders/loader.h"
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

static inline void segment(unsigned index, uint32_t type, size_t offset, uint64_t address, uint64_t file, uint64_t size)
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

static inline void set_up(void)
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

static inline void tear_down(void)
{
	memory_destroy(&memory);
	remove(image_path);
	remove(initrd_path);
	remove(directory);
}

static inline void write_file(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	cr_assert_eq(fwrite(bytes, 1, size, file), size);
	cr_assert_eq(fclose(file), 0);
}

static inline int load_with(const char *initrd, const char *command_line)
{
	write_file(image_path, &image, image_size);
	return load_kernel(&memory, image_path, initrd, command_line, &boot, &error);
}

static inline int load(void)
{
	return load_with(NULL, "");
}

static inline void assert_error(int result, const char *path, const char *expected)
{
	cr_assert_eq(result, -1);
	cr_expect_eq(strncmp(error.text, path, strlen(path)), 0, "\"%s\" does not name the file", error.text);
	cr_expect(strstr(error.text, expected) != NULL, "\"%s\" is not in \"%s\"", expected, error.text);
	cr_expect(strchr(error.text, '\n') == NULL);
}

#endif
