/* SPDX-License-Identifier: MIT */
/*
 * Reads ELF64 files in place: headers, segments, sections, symbols and notes. Called by the VMM's loaders and symbol
 * tables, by the tools, and by the guest kernel; each caller decides which files it accepts. Every offset in a file is
 * checked: a function returns NULL or an empty range for anything that is not wholly in the file.
 * Source: System V gABI, chapters 4 and 5; psABI for x86-64. Names are the gABI's, without `e_`, `p_`, `sh_`, `st_`.
 */
#ifndef FORMATS_ELF64_H
#define FORMATS_ELF64_H

#include "formats/bytes.h"

enum { ELF_EI_CLASS = 4, ELF_EI_DATA = 5 }; /* indexes of `ident` */
enum { ELF_CLASS64 = 2, ELF_DATA2LSB = 1 };
enum { ELF_ET_EXEC = 2, ELF_ET_DYN = 3 };

/* Where the guest kernel loads a position-independent program (ELF_ET_DYN), as Linux does without randomisation. */
#define ELF_PIE_BASE 0x555555554000UL
enum { ELF_EM_X86_64 = 62 };
enum { ELF_PT_LOAD = 1, ELF_PT_DYNAMIC = 2, ELF_PT_INTERP = 3, ELF_PT_NOTE = 4 };
enum { ELF_PF_X = 1, ELF_PF_W = 2, ELF_PF_R = 4 };
enum { ELF_SHT_SYMTAB = 2, ELF_SHT_NOTE = 7, ELF_SHT_NOBITS = 8 };
enum { ELF_SHF_EXECINSTR = 4 };
enum { ELF_SHN_UNDEF = 0 };
enum { ELF_STT_NOTYPE = 0, ELF_STT_FUNC = 2 };
enum { ELF_STB_LOCAL = 0 };
enum { ELF_NT_GNU_BUILD_ID = 3, ELF_BUILD_ID_MAX = 64 /* bytes that ringside takes */ };

/* For structures in the file, which need not be aligned there. */
#define ELF_IN_FILE __attribute__((packed))

struct elf64_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
} ELF_IN_FILE;

struct elf64_program_header {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
} ELF_IN_FILE;

struct elf64_section_header {
	uint32_t name, type;
	uint64_t flags, addr, offset, size;
	uint32_t link, info;
	uint64_t addralign, entsize;
} ELF_IN_FILE;

struct elf64_symbol {
	uint32_t name;
	uint8_t info, other; /* `info`: the type in the low four bits, the binding above */
	uint16_t shndx;
	uint64_t value, size;
} ELF_IN_FILE;

struct elf64_note_header {
	uint32_t namesz, descsz, type;
} ELF_IN_FILE;

/* ---- headers ---- */

static inline bool elf64_has_magic(struct bytes file)
{
	return bytes_equal(bytes_part(file, 0, 4), "\177ELF", 4);
}

/* NULL unless the file is for a 64-bit little-endian machine. */
static inline const struct elf64_header *elf64_header(struct bytes file)
{
	const struct elf64_header *header = bytes_at(file, 0, sizeof(*header));

	if (header == NULL || !elf64_has_magic(file) || header->ident[ELF_EI_CLASS] != ELF_CLASS64 ||
	    header->ident[ELF_EI_DATA] != ELF_DATA2LSB)
		return NULL;
	return header;
}

/* All `phnum` program headers; NULL when their size is not that of ELF64 or when the file does not contain all. */
static inline const struct elf64_program_header *elf64_program_headers(struct bytes file,
								       const struct elf64_header *header)
{
	if (header->phentsize != sizeof(struct elf64_program_header))
		return NULL;
	return bytes_at(file, header->phoff, (uint64_t)header->phnum * sizeof(struct elf64_program_header));
}

/*
 * The bytes in the file from a virtual address to the end of the data of its segment. Segments with a flag of `without`
 * (ELF_PF_*) are skipped: with ELF_PF_W, the result is what a running program has at that address, too.
 */
static inline struct bytes elf64_at_address(struct bytes file, uint64_t address, uint32_t without)
{
	const struct elf64_header *header = elf64_header(file);
	const struct elf64_program_header *segment = header != NULL ? elf64_program_headers(file, header) : NULL;

	for (unsigned i = 0; segment != NULL && i < header->phnum; i++, segment++)
		if (segment->type == ELF_PT_LOAD && (segment->flags & without) == 0 && address >= segment->vaddr &&
		    address - segment->vaddr < segment->filesz)
			return bytes_from(bytes_part(file, segment->offset, segment->filesz), address - segment->vaddr);
	return (struct bytes){NULL, 0};
}

/* ---- sections ---- */

/* NULL when no section has that index, when the headers' size is not that of ELF64, or the file does not contain all.
 */
static inline const struct elf64_section_header *elf64_section(struct bytes file, const struct elf64_header *header,
							       uint32_t index)
{
	const struct elf64_section_header *sections =
		bytes_at(file, header->shoff, (uint64_t)header->shnum * sizeof(*sections));

	if (sections == NULL || header->shentsize != sizeof(*sections) || index >= header->shnum)
		return NULL;
	return &sections[index];
}

static inline struct bytes elf64_section_bytes(struct bytes file, const struct elf64_section_header *section)
{
	return section->type == ELF_SHT_NOBITS ? (struct bytes){NULL, 0}
					       : bytes_part(file, section->offset, section->size);
}

/* The content of the section of that name. */
static inline struct bytes elf64_section_named(struct bytes file, const char *name)
{
	const size_t size = __builtin_strlen(name) + 1;
	const struct elf64_header *header = elf64_header(file);
	const struct elf64_section_header *section =
		header != NULL ? elf64_section(file, header, header->shstrndx) : NULL;

	if (section == NULL)
		return (struct bytes){NULL, 0};
	struct bytes names = elf64_section_bytes(file, section);
	for (uint32_t i = 0; (section = elf64_section(file, header, i)) != NULL; i++)
		if (bytes_equal(bytes_part(names, section->name, size), name, size))
			return elf64_section_bytes(file, section);
	return (struct bytes){NULL, 0};
}

/* ---- symbols ---- */

struct elf64_symbols {
	const struct elf64_symbol *list;
	uint64_t count;
	struct bytes names; /* a symbol's `name` is an offset here; the name may lack a zero byte at its end */
};

/* The symbol table, of which the gABI allows one; empty when the file has none that can be read. */
static inline struct elf64_symbols elf64_symbols(struct bytes file, const struct elf64_header *header)
{
	const struct elf64_section_header *table, *names;
	uint32_t index = 0;

	while ((table = elf64_section(file, header, index)) != NULL && table->type != ELF_SHT_SYMTAB)
		index++;
	if (table == NULL || table->entsize != sizeof(struct elf64_symbol) ||
	    (names = elf64_section(file, header, table->link)) == NULL)
		return (struct elf64_symbols){NULL, 0, {NULL, 0}};
	struct bytes list = elf64_section_bytes(file, table);
	return (struct elf64_symbols){
		(const void *)list.start,
		list.size / sizeof(struct elf64_symbol),
		elf64_section_bytes(file, names),
	};
}

/* ---- notes ---- */

struct elf64_note {
	uint32_t type;
	struct bytes name; /* of its owner, with a zero byte */
	struct bytes content;
};

/* `alignment` is the alignment of the segment or section. Any value but 8 counts as 4. */
static inline uint64_t elf64_note_align(uint64_t offset, uint64_t alignment)
{
	return alignment == 8 ? (offset + 7) & ~UINT64_C(7) : (offset + 3) & ~UINT64_C(3);
}

/* Reads the note at *position and moves *position to the next note. False at the end, and at a truncated note. */
static inline bool elf64_next_note(struct bytes notes, uint64_t *position, uint64_t alignment, struct elf64_note *note)
{
	const struct elf64_note_header *header = bytes_at(notes, *position, sizeof(*header));

	if (header == NULL)
		return false;
	/* Sizes have 32 bits, sums 64: nothing wraps. */
	uint64_t name = *position + sizeof(*header), content = elf64_note_align(name + header->namesz, alignment);
	*note = (struct elf64_note){
		.type = header->type,
		.name = bytes_part(notes, name, header->namesz),
		.content = bytes_part(notes, content, header->descsz),
	};
	*position = elf64_note_align(content + header->descsz, alignment);
	return note->content.start != NULL;
}

static inline bool elf64_note_is(const struct elf64_note *note, uint32_t type, const char *owner)
{
	return note->type == type && bytes_equal(note->name, owner, __builtin_strlen(owner) + 1);
}

/* The build ID that the linker put into the file; empty when there is none. */
static inline struct bytes elf64_build_id(struct bytes file)
{
	const struct elf64_header *header = elf64_header(file);
	const struct elf64_section_header *section;
	struct elf64_note note;

	for (uint32_t i = 0; header != NULL && (section = elf64_section(file, header, i)) != NULL; i++) {
		struct bytes notes = elf64_section_bytes(file, section);
		for (uint64_t at = 0;
		     section->type == ELF_SHT_NOTE && elf64_next_note(notes, &at, section->addralign, &note);)
			if (elf64_note_is(&note, ELF_NT_GNU_BUILD_ID, "GNU") && note.content.size > 1 &&
			    note.content.size <= ELF_BUILD_ID_MAX)
				return note.content;
	}
	return (struct bytes){NULL, 0};
}

_Static_assert(sizeof(struct elf64_header) == 64 && sizeof(struct elf64_program_header) == 56 &&
		       sizeof(struct elf64_section_header) == 64 && sizeof(struct elf64_symbol) == 24,
	       "gABI, figures 4-3, 4-8, 4-16 and 5-1");

#endif
