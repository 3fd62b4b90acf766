/* SPDX-License-Identifier: MIT */
/* Reads images: see image_file.h. Every offset in them is checked before it is followed. */
#include "symbols/image_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ringside/device.h"

enum { NOTE_ALIGNMENT = 4 };

#define FILE_SIZE_MAX (INT64_C(256) << 20)

/* The part [offset, offset + size); empty (start NULL) when that leaves the whole. */
struct bytes bytes_part(struct bytes whole, uint64_t offset, uint64_t size)
{
	if (whole.start == NULL || offset > whole.size || size > whole.size - offset)
		return (struct bytes){NULL, 0};
	return (struct bytes){whole.start + offset, (size_t)size};
}

/* Copies a structure out: nothing in a file is aligned. */
bool bytes_fetch(void *structure, size_t size, struct bytes whole, uint64_t offset)
{
	struct bytes from = bytes_part(whole, offset, size);

	if (from.start == NULL)
		return false;
	memcpy(structure, from.start, size);
	return true;
}

bool elf_header(Elf64_Ehdr *header, struct bytes elf)
{
	return bytes_fetch(header, sizeof(*header), elf, 0) && memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
	       header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == ELFDATA2LSB &&
	       header->e_shentsize == sizeof(Elf64_Shdr);
}

bool elf_section(Elf64_Shdr *section, struct bytes elf, const Elf64_Ehdr *header, unsigned index)
{
	struct bytes table = bytes_part(elf, header->e_shoff, (uint64_t)header->e_shnum * sizeof(*section));

	return index < header->e_shnum && bytes_fetch(section, sizeof(*section), table, index * sizeof(*section));
}

struct bytes elf_section_bytes(struct bytes elf, const Elf64_Shdr *section)
{
	return section->sh_type == SHT_NOBITS ? (struct bytes){NULL, 0}
					      : bytes_part(elf, section->sh_offset, section->sh_size);
}

int image_file_open(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

struct bytes image_file_read_open(int fd)
{
	struct bytes file = {NULL, 0};
	struct stat status;

	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
	    status.st_size <= FILE_SIZE_MAX) {
		unsigned char *buffer = malloc((size_t)status.st_size);
		ssize_t got = buffer != NULL ? pread(fd, buffer, (size_t)status.st_size, 0) : 0;
		file = (struct bytes){buffer, got > 0 ? (size_t)got : 0};
	}
	return file;
}

struct bytes image_file_read(const char *path)
{
	int fd = image_file_open(path);
	struct bytes file = image_file_read_open(fd);

	if (fd >= 0)
		close(fd);
	return file;
}

/* The built-in initrd of a kernel image. */
struct bytes image_file_initrd(struct bytes elf)
{
	const char wanted[] = RINGSIDE_INITRD_SECTION;
	Elf64_Ehdr header;
	Elf64_Shdr names_section, section;

	if (!elf_header(&header, elf) || !elf_section(&names_section, elf, &header, header.e_shstrndx))
		return (struct bytes){NULL, 0};
	struct bytes names = elf_section_bytes(elf, &names_section);
	for (unsigned i = 0; elf_section(&section, elf, &header, i); i++) {
		struct bytes name = bytes_part(names, section.sh_name, sizeof(wanted));
		if (name.start != NULL && memcmp(name.start, wanted, sizeof(wanted)) == 0)
			return elf_section_bytes(elf, &section);
	}
	return (struct bytes){NULL, 0};
}

static struct bytes find_in_segment(struct bytes elf, uint64_t address, bool constant)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	if (!elf_header(&header, elf) || header.e_phentsize != sizeof(segment))
		return (struct bytes){NULL, 0};
	for (unsigned i = 0; i < header.e_phnum; i++) {
		struct bytes table = bytes_part(elf, header.e_phoff, (uint64_t)header.e_phnum * sizeof(segment));
		if (!bytes_fetch(&segment, sizeof(segment), table, i * sizeof(segment)))
			break;
		uint64_t into = address - segment.p_vaddr;
		if (segment.p_type != PT_LOAD || (constant && (segment.p_flags & PF_W) != 0) ||
		    address < segment.p_vaddr || into >= segment.p_filesz)
			continue;
		struct bytes content = bytes_part(elf, segment.p_offset, segment.p_filesz);
		return bytes_part(content, into, segment.p_filesz - into);
	}
	return (struct bytes){NULL, 0};
}

struct bytes elf_code(struct bytes elf, uint64_t address)
{
	return find_in_segment(elf, address, false);
}

struct bytes elf_constant(struct bytes elf, uint64_t address)
{
	return find_in_segment(elf, address, true);
}

/* ---- build ID ---- */

static uint64_t align(uint64_t size)
{
	return (size + NOTE_ALIGNMENT - 1) / NOTE_ALIGNMENT * NOTE_ALIGNMENT;
}

/* The build ID among the notes of a section (gABI, "Note Section"). */
static struct bytes find_note(struct bytes notes)
{
	const char owner[] = "GNU";
	Elf64_Nhdr note;

	for (uint64_t at = 0; bytes_fetch(&note, sizeof(note), notes, at);) {
		uint64_t name_at = at + sizeof(note), content_at = name_at + align(note.n_namesz);
		struct bytes name = bytes_part(notes, name_at, note.n_namesz);
		struct bytes content = bytes_part(notes, content_at, note.n_descsz);
		if (content.start == NULL)
			break;
		if (note.n_type == NT_GNU_BUILD_ID && name.size == sizeof(owner) &&
		    memcmp(name.start, owner, sizeof(owner)) == 0 && content.size > 1 && content.size <= BUILD_ID_MAX)
			return content;
		at = content_at + align(note.n_descsz);
	}
	return (struct bytes){NULL, 0};
}

struct bytes elf_build_id(struct bytes elf)
{
	struct bytes found = {NULL, 0};
	Elf64_Ehdr header;
	Elf64_Shdr section;

	if (!elf_header(&header, elf))
		return found;
	for (unsigned i = 0; found.start == NULL && elf_section(&section, elf, &header, i); i++)
		if (section.sh_type == SHT_NOTE)
			found = find_note(elf_section_bytes(elf, &section));
	return found;
}

void build_id_text(struct bytes id, char text[2 * BUILD_ID_MAX + 1])
{
	text[0] = '\0';
	for (size_t i = 0; i < id.size && i < BUILD_ID_MAX; i++)
		snprintf(text + 2 * i, 3, "%02x", id.start[i]);
}
