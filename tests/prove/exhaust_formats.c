/* SPDX-License-Identifier: MIT */
/*
 * The readers of cpio archives, ELF files and notes in include/formats: files of up to 300 bytes, in which
 * every two lengths or offsets together take every value of a set: small ones, the length of the file and its
 * neighbours, and the neighbours of the powers of two at which sums can wrap around. The file ends where the allocated
 * memory ends, so the address sanitizer sees a read of one byte beyond it.
 *
 * options: -fsanitize=address
 * broken: include/formats/bytes.h s/size > whole.size - offset/size > whole.size/
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "formats/cpio.h"
#include "formats/elf64.h"

enum { LONGEST = 300, SMALL = 130, BORDERS = 8, VALUES_MAX = SMALL + 3 * BORDERS };

static uint64_t values[VALUES_MAX];
static unsigned count;
static unsigned long files;
static volatile uint8_t sink;

static void list_values(uint64_t length)
{
	static const uint64_t borders[] = {0x7fffffff, 0xffffffff, 0x7fffffffffffffff, 0xffffffffffffffff};

	count = 0;
	for (uint64_t i = 0; i < SMALL; i += i < 16 || i > 100 ? 1 : 7)
		values[count++] = i;
	for (uint64_t i = 0; i < 3; i++)
		values[count++] = length - 1 + i;
	for (unsigned i = 0; i < COUNT(borders); i++)
		for (uint64_t j = 0; j < 3; j++)
			values[count++] = borders[i] - 1 + j;
}

static void touch(struct bytes found)
{
	if (found.start != NULL && found.size > 0)
		sink = (uint8_t)(found.start[0] + found.start[found.size - 1]);
	files++;
}

/* ---- notes ---- */

static void read_notes(struct bytes notes, uint64_t alignment)
{
	struct elf64_note note;

	for (uint64_t at = 0; elf64_next_note(notes, &at, alignment, &note);) {
		elf64_note_is(&note, ELF_NT_GNU_BUILD_ID, "GNU");
		touch(note.name);
		touch(note.content);
	}
	files++;
}

static void try_notes(uint8_t *data, size_t length)
{
	struct elf64_note_header header = {4, 4, ELF_NT_GNU_BUILD_ID};

	if (length < sizeof(header))
		return;
	for (unsigned i = 0; i < count; i++)
		for (unsigned j = 0; j < count; j++) {
			header.namesz = (uint32_t)values[i];
			header.descsz = (uint32_t)values[j];
			memcpy(data, &header, sizeof(header));
			read_notes((struct bytes){data, length}, 4);
			read_notes((struct bytes){data, length}, 8);
		}
}

/* ---- archives ---- */

static void put_number(uint8_t *header, enum cpio_number number, uint64_t value)
{
	char text[17];

	snprintf(text, sizeof(text), "%08x", (uint32_t)value);
	memcpy(header + number, text, 8);
}

static void try_archives(uint8_t *data, size_t length)
{
	const struct bytes archive = {data, length};
	struct cpio_entry entry;

	if (length < CPIO_HEADER_SIZE)
		return;
	memset(data, '0', length);
	memcpy(data, "070701", 6);
	for (unsigned i = 0; i < count; i++)
		for (unsigned j = 0; j < count; j++) {
			put_number(data, CPIO_NAME_SIZE, values[i]);
			put_number(data, CPIO_FILE_SIZE, values[j]);
			const uint64_t end = CPIO_HEADER_SIZE + values[i] - 1;
			if (end >= CPIO_HEADER_SIZE && end < length)
				data[end] = '\0';
			for (size_t at = 0; cpio_next(&archive, &at, &entry) == 1;)
				touch((struct bytes){entry.data, entry.size});
			cpio_find(&archive, "000", &entry);
			if (end >= CPIO_HEADER_SIZE && end < length)
				data[end] = '0';
		}
}

/* ---- ELF ---- */

/* Every two of the offsets, lengths and counts of a header and the two headers behind it take every two values. */
static void read_elf(struct bytes file)
{
	const struct elf64_header *header = elf64_header(file);

	touch(elf64_at_address(file, 8, 0));
	touch(elf64_at_address(file, UINT64_MAX, ELF_PF_W));
	touch(elf64_section_named(file, ".initrd"));
	touch(elf64_build_id(file));
	if (header == NULL)
		return;
	const struct elf64_symbols symbols = elf64_symbols(file, header);
	touch((struct bytes){(const uint8_t *)symbols.list, symbols.count * sizeof(*symbols.list)});
	touch(symbols.names);
}

struct small_file {
	struct elf64_header header;
	union {
		struct elf64_program_header segment;
		struct elf64_section_header section;
	} ELF_IN_FILE part[2];
} ELF_IN_FILE;

static struct small_file fresh(bool sections, uint32_t type)
{
	struct small_file file = {.header = {.ident = {0x7f, 'E', 'L', 'F', ELF_CLASS64, ELF_DATA2LSB},
					     .phentsize = sizeof(struct elf64_program_header),
					     .shentsize = sizeof(struct elf64_section_header)}};

	if (sections) {
		file.header.shoff = sizeof(file.header);
		file.header.shnum = 2;
	} else {
		file.header.phoff = sizeof(file.header);
		file.header.phnum = 1;
	}
	for (unsigned i = 0; i < 2 && sections; i++)
		file.part[i].section = (struct elf64_section_header){
			.type = type, .entsize = sizeof(struct elf64_symbol), .addralign = 4};
	if (!sections)
		file.part[0].segment = (struct elf64_program_header){.type = ELF_PT_LOAD};
	return file;
}

/* The fields that are offsets, lengths, counts and indexes: place and size in the file. */
#define FIELD(member)                                                                                                  \
	{                                                                                                              \
		offsetof(struct small_file, member), sizeof(((struct small_file *)0)->member)                          \
	}
static const struct field {
	size_t offset, size;
} in_header[] = {FIELD(header.phoff), FIELD(header.shoff), FIELD(header.phnum), FIELD(header.shnum),
		 FIELD(header.shstrndx)},
  in_segment[] = {FIELD(part[0].segment.offset), FIELD(part[0].segment.filesz), FIELD(part[0].segment.vaddr)},
  in_section[] = {FIELD(part[0].section.offset), FIELD(part[0].section.size), FIELD(part[0].section.link),
		  FIELD(part[0].section.name), FIELD(part[1].section.offset)};

static void try_pairs(uint8_t *data, size_t length, const struct small_file *base, const struct field *fields,
		      size_t field_count)
{
	for (size_t a = 0; a < field_count; a++)
		for (size_t b = a + 1; b < field_count; b++)
			for (unsigned i = 0; i < count; i++)
				for (unsigned j = 0; j < count; j++) {
					struct small_file file = *base;
					memcpy((char *)&file + fields[a].offset, &values[i], fields[a].size);
					memcpy((char *)&file + fields[b].offset, &values[j], fields[b].size);
					memcpy(data, &file, length < sizeof(file) ? length : sizeof(file));
					read_elf((struct bytes){data, length});
				}
}

static void try_elf(uint8_t *data, size_t length)
{
	static const uint32_t types[] = {ELF_SHT_SYMTAB, ELF_SHT_NOTE};
	const struct small_file segments = fresh(false, 0);

	try_pairs(data, length, &segments, in_header, COUNT(in_header));
	try_pairs(data, length, &segments, in_segment, COUNT(in_segment));
	for (unsigned i = 0; i < COUNT(types); i++) {
		const struct small_file sections = fresh(true, types[i]);
		try_pairs(data, length, &sections, in_header, COUNT(in_header));
		try_pairs(data, length, &sections, in_section, COUNT(in_section));
	}
}

int main(void)
{
	for (size_t length = 0; length <= LONGEST; length += length < 16 || length % 64 > 45 ? 1 : 9) {
		uint8_t *data = calloc(length > 0 ? length : 1, 1);
		if (data == NULL)
			return 2;
		list_values(length);
		try_notes(data, length);
		try_archives(data, length);
		if (length >= sizeof(struct elf64_header))
			try_elf(data, length);
		free(data);
	}
	printf("%lu parts of files read: none beyond the file\n", files);
	return 0;
}
