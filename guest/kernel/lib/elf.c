/* SPDX-License-Identifier: MIT */
#include "kernel/lib/elf.h"

#include "kernel/lib/pages.h"

/* Laid out as in the file; a file in a cpio archive is aligned to four bytes only. */
#define FILE_LAYOUT __attribute__((packed, aligned(4)))

enum { CLASS64 = 2, LITTLE_ENDIAN = 1, TYPE_EXEC = 2, TYPE_DYN = 3, MACHINE_X86_64 = 62 };
enum { PT_LOAD = 1, PT_DYNAMIC = 2, PT_INTERP = 3 };
enum { SECTION_SYMTAB = 2, SECTION_EXECUTABLE = 4 }; /* sh_type; sh_flags */
enum { SYMBOL_FUNCTION = 2, SYMBOL_NOTYPE = 0 };

struct header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
} FILE_LAYOUT;

struct program_header {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
} FILE_LAYOUT;

struct section_header {
	uint32_t name, type;
	uint64_t flags, addr, offset, size;
	uint32_t link, info;
	uint64_t addralign, entsize;
} FILE_LAYOUT;

struct symbol {
	uint32_t name;
	uint8_t info, other;
	uint16_t section;
	uint64_t value, size;
} FILE_LAYOUT;

/* A table of `count` entries of `entry` bytes at `offset`, if all of it is in the file. */
static const void *table(const uint8_t *file, size_t size, uint64_t offset, uint64_t count, uint64_t entry)
{
	if (offset > size || count > (size - offset) / entry || offset % 4 != 0)
		return NULL;
	return file + offset;
}

static const char *check_header(const struct header *header, size_t size)
{
	static const uint8_t magic[4] = {0x7f, 'E', 'L', 'F'};

	if (size < sizeof(*header))
		return "truncated: shorter than an ELF header";
	for (unsigned i = 0; i < sizeof(magic); i++)
		if (header->ident[i] != magic[i])
			return "not an ELF file";
	if (header->ident[4] != CLASS64 || header->ident[5] != LITTLE_ENDIAN || header->machine != MACHINE_X86_64)
		return "not for x86-64";
	if (header->type == TYPE_DYN)
		return "dynamic or position-independent: static only (link with -static -no-pie)";
	if (header->type != TYPE_EXEC)
		return "not an executable";
	if (header->phentsize != sizeof(struct program_header))
		return "program headers of an unknown size";
	return NULL;
}

static const char *check_segment(const struct program_header *load, size_t size, uint64_t lowest, uint64_t highest)
{
	if (load->filesz > load->memsz)
		return "a segment with more data than memory";
	if (load->offset > size || load->filesz > size - load->offset)
		return "truncated: a segment's data lies beyond the end";
	if (load->vaddr < lowest || load->vaddr >= highest || load->memsz > highest - load->vaddr)
		return "a segment outside user memory";
	return NULL;
}

static const char *add_segment(struct elf_program *program, const uint8_t *file, const struct program_header *load)
{
	uint64_t start = load->vaddr & ~(PAGE_SIZE - 1);
	uint64_t end = (load->vaddr + load->memsz + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);

	if (program->segment_count == ELF_SEGMENTS_MAX)
		return "too many segments";
	for (unsigned i = 0; i < program->segment_count; i++)
		if (start < program->segments[i].end && program->segments[i].start < end)
			return "segments overlap";
	program->segments[program->segment_count++] = (struct elf_segment){
		start, end, load->vaddr, file + load->offset, load->filesz, load->flags & 7,
	};
	if (end > program->end)
		program->end = end;
	return NULL;
}

static bool executable_at(const struct elf_program *program, uint64_t address)
{
	for (unsigned i = 0; i < program->segment_count; i++) {
		const struct elf_segment *segment = &program->segments[i];
		if (address >= segment->start && address < segment->end)
			return (segment->flags & ELF_EXECUTE) != 0;
	}
	return false;
}

const char *elf_check(const uint8_t *file, size_t size, uint64_t lowest, uint64_t highest, struct elf_program *program)
{
	const struct header *header = (const void *)file;
	const char *why = check_header(header, size);
	const struct program_header *headers;

	*program = (struct elf_program){0};
	if (why != NULL)
		return why;
	program->entry = header->entry;
	program->header_count = header->phnum;
	headers = table(file, size, header->phoff, header->phnum, sizeof(*headers));
	if (headers == NULL)
		return "truncated: program headers beyond the end";

	for (unsigned i = 0; i < header->phnum; i++) {
		const struct program_header *load = &headers[i];
		if (load->type == PT_INTERP || load->type == PT_DYNAMIC)
			return "dynamic: static only (link with -static)";
		if (load->type != PT_LOAD || load->memsz == 0)
			continue;
		why = check_segment(load, size, lowest, highest);
		if (why == NULL)
			why = add_segment(program, file, load);
		if (why != NULL)
			return why;
		if (header->phoff >= load->offset && header->phoff - load->offset < load->filesz)
			program->headers = load->vaddr + (header->phoff - load->offset);
	}
	if (program->segment_count == 0)
		return "nothing to load";
	return executable_at(program, program->entry) ? NULL : "its entry is in no executable segment";
}

static const char *symbol_name(const uint8_t *file, size_t size, const struct section_header *strings, uint32_t name)
{
	if (strings->offset > size || strings->size > size - strings->offset || name >= strings->size)
		return NULL;
	const char *text = (const char *)file + strings->offset + name;
	for (uint64_t i = name; i < strings->size; i++)
		if (file[strings->offset + i] == '\0')
			return text;
	return NULL;
}

/* The number of the section whose code is at `address`; 0, which is never one, if there is none. */
static unsigned code_section(const struct section_header *sections, unsigned count, uint64_t address)
{
	for (unsigned i = 1; i < count; i++)
		if ((sections[i].flags & SECTION_EXECUTABLE) != 0 && address >= sections[i].addr &&
		    address - sections[i].addr < sections[i].size)
			return i;
	return 0;
}

/* The last symbol at or before `address`, unless it ends before; one without a size is a label in assembly. */
static const struct symbol *covering(const struct symbol *symbols, uint64_t count, unsigned section, uint64_t address)
{
	const struct symbol *best = NULL;

	for (uint64_t i = 0; i < count; i++) {
		unsigned type = symbols[i].info & 0xf;
		if ((type != SYMBOL_FUNCTION && type != SYMBOL_NOTYPE) || symbols[i].section != section)
			continue;
		if (symbols[i].value <= address && (best == NULL || symbols[i].value > best->value))
			best = &symbols[i];
	}
	return best == NULL || best->size == 0 || address - best->value < best->size ? best : NULL;
}

const char *elf_symbol(const uint8_t *file, size_t size, uint64_t address, uint64_t *offset)
{
	const struct header *header = (const void *)file;
	const struct section_header *sections;

	if (size < sizeof(*header) || header->shentsize != sizeof(*sections))
		return NULL;
	sections = table(file, size, header->shoff, header->shnum, sizeof(*sections));
	if (sections == NULL)
		return NULL;
	unsigned home = code_section(sections, header->shnum, address);
	if (home == 0)
		return NULL;
	for (unsigned i = 0; i < header->shnum; i++) {
		const struct section_header *section = &sections[i];
		if (section->type != SECTION_SYMTAB || section->link >= header->shnum)
			continue;
		uint64_t count = section->size / sizeof(struct symbol);
		const struct symbol *symbols = table(file, size, section->offset, count, sizeof(*symbols));
		if (symbols == NULL)
			return NULL;
		const struct symbol *best = covering(symbols, count, home, address);
		if (best == NULL)
			return NULL;
		*offset = address - best->value;
		return symbol_name(file, size, &sections[section->link], best->name);
	}
	return NULL;
}
