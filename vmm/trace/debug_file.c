/* SPDX-License-Identifier: MIT */
/* Finds debug information in files beside: see debug_file.h. */
#include "trace/debug_file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUILD_ID_MAX = 64, NOTE_ALIGNMENT = 4 };

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

/* The file at `path` if it has that build ID. */
static struct bytes read_twin(const char *path, struct bytes id)
{
	struct bytes file = image_file_read(path), its = elf_build_id(file);

	if (its.size == id.size && memcmp(its.start, id.start, id.size) == 0)
		return file;
	free((void *)file.start);
	return (struct bytes){NULL, 0};
}

static struct bytes find_by_id(const char *directory, struct bytes id)
{
	char path[PATH_MAX], digits[2 * BUILD_ID_MAX + 1];

	for (size_t i = 0; i < id.size; i++)
		snprintf(digits + 2 * i, 3, "%02x", id.start[i]);
	if (snprintf(path, sizeof(path), "%s/.build-id/%.2s/%s.debug", directory, digits, digits + 2) >=
	    (int)sizeof(path))
		return (struct bytes){NULL, 0};
	return read_twin(path, id);
}

struct bytes debug_file_find(const char *directory, const char *name, struct bytes elf)
{
	struct bytes found = {NULL, 0}, id = elf_build_id(elf);
	char path[PATH_MAX];

	if (id.start == NULL)
		return found;
	/* The name comes from the trace: it names a file in the directory, or nothing. */
	if (name != NULL && strchr(name, '/') == NULL &&
	    snprintf(path, sizeof(path), "%s/%s", directory, name) < (int)sizeof(path))
		found = read_twin(path, id);
	return found.start != NULL ? found : find_by_id(directory, id);
}
