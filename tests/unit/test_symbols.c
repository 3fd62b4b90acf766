/* SPDX-License-Identifier: MIT */
/* Unit tests of symbols, from ELF files and archives that the tests build. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/image_file.h"
#include "cpio_writer.h"
#include "elf_writer.h"
#include "ringside/device.h"
#include "symbols/symbols.h"

enum { TEXT = 1, DATA, INITRD, SYMTAB, STRTAB, SHSTRTAB, SECTIONS };
enum { SYMBOLS = 9, NAMES_SIZE = 128, INITRD_SIZE = 16 << 10 };

/* A small ELF file: section headers and the sections they describe. */
struct image {
	Elf64_Ehdr header;
	Elf64_Shdr sections[SECTIONS];
	Elf64_Sym symbols[SYMBOLS];
	char names[NAMES_SIZE];
	char section_names[32];
	char initrd[INITRD_SIZE];
};

static void add_symbol(struct image *image, unsigned n, const char *name, uint64_t address, uint64_t size,
		       unsigned type, unsigned bind, uint16_t section)
{
	image->symbols[n] = elf_writer_symbol(image->names, NAMES_SIZE, name, address, size, type, bind, section);
}

static void add_section(struct image *image, unsigned n, uint32_t type, uint64_t flags, const void *start, size_t size)
{
	image->sections[n].sh_type = type;
	image->sections[n].sh_flags = flags;
	image->sections[n].sh_offset = (uint64_t)((const char *)start - (const char *)image);
	image->sections[n].sh_size = size;
}

static struct image *make_image(void)
{
	struct image *image = calloc(1, sizeof(*image));

	image->header = elf_writer_header();
	image->header.e_shoff = offsetof(struct image, sections);
	image->header.e_shnum = SECTIONS;
	image->header.e_shstrndx = SHSTRTAB;
	add_section(image, TEXT, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, image, 64);
	add_section(image, DATA, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, image, 64);
	add_section(image, INITRD, SHT_PROGBITS, SHF_ALLOC, image->initrd, INITRD_SIZE);
	add_section(image, SYMTAB, SHT_SYMTAB, 0, image->symbols, sizeof(image->symbols));
	add_section(image, STRTAB, SHT_STRTAB, 0, image->names, NAMES_SIZE);
	add_section(image, SHSTRTAB, SHT_STRTAB, 0, image->section_names, sizeof(image->section_names));
	image->sections[SYMTAB].sh_link = STRTAB;
	image->sections[SYMTAB].sh_entsize = sizeof(Elf64_Sym);
	strcpy(image->section_names + 1, RINGSIDE_INITRD_SECTION);
	image->sections[INITRD].sh_name = 1;

	add_symbol(image, 1, "second", 0x2000, 0x20, STT_FUNC, STB_LOCAL, TEXT);
	add_symbol(image, 2, "first", 0x1000, 0x10, STT_FUNC, STB_GLOBAL, TEXT);
	add_symbol(image, 3, "alias", 0x1000, 0, STT_NOTYPE, STB_GLOBAL, TEXT);
	add_symbol(image, 4, "label", 0x3000, 0, STT_NOTYPE, STB_GLOBAL, TEXT);
	add_symbol(image, 5, "local", 0x3010, 0, STT_NOTYPE, STB_LOCAL, TEXT);
	add_symbol(image, 6, "datum", 0x3020, 8, STT_OBJECT, STB_GLOBAL, DATA);
	add_symbol(image, 7, "data_label", 0x3030, 0, STT_NOTYPE, STB_GLOBAL, DATA);
	add_symbol(image, 8, "b\x1b[31m", 0x40000, 4, STT_FUNC, STB_GLOBAL, TEXT);
	return image;
}

static struct symbols *symbols_of(const void *elf, size_t size)
{
	struct symbols *symbols = symbols_new();

	symbols_add_elf(symbols, "kernel", 0, elf, size);
	return symbols;
}

#define ASSERT_SYMBOL(symbols, image, address, expected, distance)                                                     \
	do {                                                                                                           \
		uint64_t offset_ = 0;                                                                                  \
		const char *found_ = symbols_lookup(symbols, image, address, &offset_);                                \
		cr_assert_not_null(found_);                                                                            \
		cr_assert_str_eq(found_, expected);                                                                    \
		cr_assert_eq(offset_, (uint64_t)(distance));                                                           \
	} while (0)

static bool nothing_at(const struct symbols *symbols, int image, uint64_t address)
{
	uint64_t offset;

	return symbols_lookup(symbols, image, address, &offset) == NULL;
}

Test(symbols, functions_and_labels)
{
	struct image *elf = make_image();
	struct symbols *symbols = symbols_of(elf, sizeof(*elf));

	cr_assert_str_eq(symbols_image_name(symbols, 0), "kernel");
	cr_assert(nothing_at(symbols, 0, 0));
	cr_assert(nothing_at(symbols, 0, 0xfff));
	ASSERT_SYMBOL(symbols, 0, 0x1000, "first", 0); /* preferred to the alias without a size */
	ASSERT_SYMBOL(symbols, 0, 0x100f, "first", 0xf);
	cr_assert(nothing_at(symbols, 0, 0x1010));
	ASSERT_SYMBOL(symbols, 0, 0x2001, "second", 1);
	ASSERT_SYMBOL(symbols, 0, 0x3000, "label", 0);
	ASSERT_SYMBOL(symbols, 0, 0x3018, "label", 0x18); /* local labels and data are not used */
	ASSERT_SYMBOL(symbols, 0, 0x3038, "label", 0x38);
	ASSERT_SYMBOL(symbols, 0, 0x12fff, "label", 0xffff);
	cr_assert(nothing_at(symbols, 0, 0x13000), "too far away");
	cr_assert(nothing_at(symbols, 0, UINT64_MAX));
	symbols_free(symbols);
	free(elf);
}

Test(symbols, a_stripped_file_has_a_name_at_least)
{
	struct image *elf = make_image();

	elf->sections[SYMTAB].sh_type = SHT_NULL;
	struct symbols *symbols = symbols_of(elf, sizeof(*elf));
	cr_assert_str_eq(symbols_image_name(symbols, 0), "kernel");
	cr_assert(nothing_at(symbols, 0, 0x1000));
	symbols_free(symbols);
	free(elf);
}

/* A reader of a trace compares tables to know whether a file is the one that ran. */
Test(symbols, one_byte_of_a_stripped_file_makes_another_table)
{
	struct image *image = make_image();
	unsigned char sections[3][256];

	image->header.e_shnum = 0;
	image->header.e_shentsize = 0; /* no linker writes this, but tools that strip all do */
	for (unsigned i = 0; i < 3; i++) {
		image->initrd[INITRD_SIZE - 1] = i == 1;
		struct symbols *symbols = symbols_of(image, sizeof(*image));
		cr_assert_leq(symbols_section_size(symbols), sizeof(sections[i]));
		symbols_section_write(symbols, memset(sections[i], 0, sizeof(sections[i])));
		symbols_free(symbols);
	}
	cr_assert_eq(memcmp(sections[0], sections[2], sizeof(sections[0])), 0);
	cr_assert_neq(memcmp(sections[0], sections[1], sizeof(sections[0])), 0);
	free(image);
}

/* The guest kernel adds a base to the addresses in programs that can be anywhere, and to no others. */
Test(symbols, position_independent_programs)
{
	struct image *image = make_image();
	struct symbols *symbols = symbols_new();
	uint64_t offset;

	image->header.e_type = ET_DYN;
	symbols_add_elf(symbols, "kernel", 0, image, sizeof(*image));
	symbols_add_elf(symbols, "program", 0x7c, image, sizeof(*image));
	cr_assert_str_eq(symbols_lookup(symbols, IMAGE_KERNEL, 0x1004, &offset), "first");
	cr_assert_null(symbols_lookup(symbols, symbols_program(symbols, 0x7c), 0x1004, &offset));
	cr_assert_str_eq(symbols_lookup(symbols, symbols_program(symbols, 0x7c), 0x555555555004, &offset), "first");
	cr_assert_eq(offset, 4);
	symbols_free(symbols);
	free(image);
}

Test(symbols, names_cannot_talk_to_the_terminal)
{
	struct image *elf = make_image();
	struct symbols *symbols = symbols_of(elf, sizeof(*elf));

	ASSERT_SYMBOL(symbols, 0, 0x40000, "b?[31m", 0);
	symbols_free(symbols);
	free(elf);
}

Test(symbols, image_zero_always_exists)
{
	struct symbols *symbols = symbols_new();

	cr_assert_null(symbols_image_name(symbols, 0));
	cr_assert(nothing_at(symbols, 0, 0x1000));
	cr_assert(nothing_at(symbols, 1, 0x1000));
	cr_assert(nothing_at(symbols, -1, 0x1000));
	cr_assert_eq(symbols_program(symbols, 0), -1);
	symbols_free(symbols);
	symbols_free(NULL);
}

static size_t add_member(char *archive, size_t *at, const char *name, const void *data, size_t size)
{
	return cpio_append(archive, at, (struct cpio_member){.name = name, .data = data, .size = size, .mode = 0x81ed});
}

Test(symbols, programs_of_an_archive)
{
	struct image *elf = make_image();
	char *archive = calloc(1, 8 * sizeof(*elf));
	size_t at = 0;

	add_member(archive, &at, "readme", "hello", 5);
	size_t first = add_member(archive, &at, "bin/one", elf, sizeof(*elf));
	strcpy(elf->names + elf->symbols[1].st_name, "other!");
	elf->symbols[1].st_size = 0x30;
	size_t second = add_member(archive, &at, "two", elf, sizeof(*elf));
	add_member(archive, &at, "TRAILER!!!", "", 0);

	struct symbols *symbols = symbols_new();
	symbols_add_archive(symbols, archive, at);
	int one = symbols_program(symbols, first), two = symbols_program(symbols, second);
	cr_assert_eq(one, 1);
	cr_assert_eq(two, 2);
	cr_assert_eq(symbols_program(symbols, second + 1), -1);
	cr_assert_str_eq(symbols_image_name(symbols, one), "one");
	cr_assert_str_eq(symbols_image_name(symbols, two), "two");
	ASSERT_SYMBOL(symbols, one, 0x2010, "second", 0x10);
	ASSERT_SYMBOL(symbols, two, 0x2028, "other!", 0x28);
	cr_assert(nothing_at(symbols, 0, 0x1000));

	symbols_add_elf(symbols, "kernel", 0, elf, sizeof(*elf));
	cr_assert_str_eq(symbols_image_name(symbols, 0), "kernel", "the kernel is image 0 even if it is added last");
	ASSERT_SYMBOL(symbols, one, 0x2010, "second", 0x10);
	symbols_free(symbols);

	for (size_t size = 0; size < at; size += 7) { /* truncated at any size */
		char *part = malloc(size);
		memcpy(part, archive, size);
		symbols = symbols_new();
		symbols_add_archive(symbols, part, size);
		cr_assert_leq(symbols_program(symbols, second), 2);
		symbols_free(symbols);
		free(part);
	}
	free(archive);
	free(elf);
}

static char *write_file(const void *bytes, size_t size)
{
	char *path = strdup("/tmp/ringside-test-XXXXXX");
	int fd = mkstemp(path);

	cr_assert_eq(write(fd, bytes, size), (ssize_t)size);
	close(fd);
	return path;
}

Test(symbols, files)
{
	struct image *elf = make_image(), *program = make_image();
	struct symbols *symbols = symbols_new();
	size_t at = 0, small = offsetof(struct image, initrd);

	program->header.e_shstrndx = 0;
	size_t data = add_member(elf->initrd, &at, "sieve", program, small);
	char *image = write_file(elf, sizeof(*elf)), *initrd = write_file(elf->initrd, at);

	int image_fd = image_file_open(image), initrd_fd = image_file_open(initrd), null = image_file_open("/dev/null");
	symbols_add_files(symbols, image, image_fd, -1);
	cr_assert_str_eq(symbols_image_name(symbols, 0), image + strlen("/tmp/"));
	cr_assert_str_eq(symbols_image_name(symbols, symbols_program(symbols, data)), "sieve");
	symbols_free(symbols);

	symbols = symbols_new();
	symbols_add_files(symbols, "/dev/null", null, initrd_fd);
	cr_assert_null(symbols_image_name(symbols, 0));
	ASSERT_SYMBOL(symbols, symbols_program(symbols, data), 0x1000, "first", 0);
	symbols_add_files(symbols, "/nowhere", -1, null);
	close(image_fd);
	close(initrd_fd);
	close(null);
	symbols_free(symbols);
	unlink(image);
	unlink(initrd);
	free(image);
	free(initrd);
	free(elf);
	free(program);
}

Test(symbols, hostile_elf)
{
	struct image *good = make_image();
	size_t size = offsetof(struct image, initrd);

	for (size_t length = 0; length < size;
	     length++) { /* truncated at any size; reads beyond the end are ASan errors */
		void *part = malloc(length > 0 ? length : 1);
		memcpy(part, good, length);
		symbols_free(symbols_of(part, length));
		free(part);
	}
	srand(2);
	for (unsigned round = 0; round < 20000; round++) {
		unsigned char *bad = malloc(size);
		memcpy(bad, good, size);
		for (int n = rand() % 6; n >= 0; n--)
			bad[rand() % (int)size] = (unsigned char)(rand() % 3 ? rand() : 0xff);
		symbols_free(symbols_of(bad, size));
		free(bad);
	}
	free(good);
}
