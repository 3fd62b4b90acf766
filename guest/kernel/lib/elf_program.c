/* SPDX-License-Identifier: MIT */
/* Checking programs in ELF64 files, and finding the symbol of an address in them. */
#include "kernel/lib/elf_program.h"

#include "kernel/lib/pages.h"

static const char *check_header(struct bytes file)
{
	const struct elf64_header *header = elf64_header(file);

	if (file.size < sizeof(*header))
		return "truncated: shorter than an ELF header";
	if (!elf64_has_magic(file))
		return "not an ELF file";
	if (header == NULL || header->machine != ELF_EM_X86_64)
		return "not for x86-64";
	if (header->type != ELF_ET_EXEC && header->type != ELF_ET_DYN)
		return "not an executable";
	if (header->phentsize != sizeof(struct elf64_program_header))
		return "program headers of an unknown size";
	if (header->phoff % 4 != 0 || elf64_program_headers(file, header) == NULL)
		return "truncated: program headers beyond the end";
	return NULL;
}

static const char *check_segment(const struct elf64_program_header *load, size_t size, uint64_t base, uint64_t lowest,
				 uint64_t highest)
{
	uint64_t start;

	if (load->filesz > load->memsz)
		return "a segment with more data than memory";
	if (load->offset > size || load->filesz > size - load->offset)
		return "truncated: a segment's data lies beyond the end";
	if (__builtin_add_overflow(base, load->vaddr, &start) || start < lowest || start >= highest ||
	    load->memsz > highest - start)
		return "a segment outside user memory";
	return NULL;
}

static const char *add_segment(struct elf_program *program, const uint8_t *file,
			       const struct elf64_program_header *load)
{
	uint64_t address = program->base + load->vaddr, start = address & ~(PAGE_SIZE - 1);
	uint64_t end = (address + load->memsz + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);

	if (program->segment_count == ELF_SEGMENTS_MAX)
		return "too many segments";
	for (unsigned i = 0; i < program->segment_count; i++)
		if (start < program->segments[i].end && program->segments[i].start < end)
			return "segments overlap";
	program->segments[program->segment_count++] = (struct elf_segment){
		start, end, address, file + load->offset, load->filesz, load->flags & (ELF_PF_R | ELF_PF_W | ELF_PF_X),
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
			return (segment->flags & ELF_PF_X) != 0;
	}
	return false;
}

const char *elf_check(const uint8_t *file, size_t size, uint64_t lowest, uint64_t highest, struct elf_program *program)
{
	const struct bytes bytes = {file, size};
	const char *why = check_header(bytes);

	*program = (struct elf_program){0};
	if (why != NULL)
		return why;
	const struct elf64_header *header = elf64_header(bytes);
	const struct elf64_program_header *headers = elf64_program_headers(bytes, header);
	program->base = header->type == ELF_ET_DYN ? ELF_PIE_BASE : 0;
	program->entry = program->base + header->entry;
	program->header_count = header->phnum;

	for (unsigned i = 0; i < header->phnum; i++) {
		const struct elf64_program_header *load = &headers[i];
		/* A position-independent program without an interpreter relocates itself. */
		if (load->type == ELF_PT_INTERP || (load->type == ELF_PT_DYNAMIC && program->base == 0))
			return "dynamic: static only (link with -static)";
		if (load->type != ELF_PT_LOAD || load->memsz == 0)
			continue;
		why = check_segment(load, size, program->base, lowest, highest);
		if (why == NULL)
			why = add_segment(program, file, load);
		if (why != NULL)
			return why;
		if (header->phoff >= load->offset && header->phoff - load->offset < load->filesz)
			program->headers = program->base + load->vaddr + (header->phoff - load->offset);
	}
	if (program->segment_count == 0)
		return "nothing to load";
	return executable_at(program, program->entry) ? NULL : "its entry is in no executable segment";
}

/* The index of the section whose code is at `address`; 0, which no section has, if there is none. */
static unsigned code_section(struct bytes file, const struct elf64_header *header, uint64_t address)
{
	const struct elf64_section_header *section;

	for (unsigned i = 1; (section = elf64_section(file, header, i)) != NULL; i++)
		if ((section->flags & ELF_SHF_EXECINSTR) != 0 && address >= section->addr &&
		    address - section->addr < section->size)
			return i;
	return 0;
}

/* The last symbol at or before `address`, unless it ends before; one without a size is a label in assembly. */
static const struct elf64_symbol *covering(const struct elf64_symbols *symbols, unsigned section, uint64_t address)
{
	const struct elf64_symbol *best = NULL;

	for (uint64_t i = 0; i < symbols->count; i++) {
		const struct elf64_symbol *symbol = &symbols->list[i];
		unsigned type = symbol->info & 0xf;
		if ((type != ELF_STT_FUNC && type != ELF_STT_NOTYPE) || symbol->shndx != section)
			continue;
		if (symbol->value <= address && (best == NULL || symbol->value > best->value))
			best = symbol;
	}
	return best == NULL || best->size == 0 || address - best->value < best->size ? best : NULL;
}

const char *elf_symbol(const uint8_t *file, size_t size, uint64_t address, uint64_t *offset)
{
	const struct bytes bytes = {file, size};
	const struct elf64_header *header = elf64_header(bytes);
	unsigned section = header != NULL ? code_section(bytes, header, address) : 0;

	if (section == 0)
		return NULL;
	const struct elf64_symbols symbols = elf64_symbols(bytes, header);
	const struct elf64_symbol *symbol = covering(&symbols, section, address);
	if (symbol == NULL)
		return NULL;
	*offset = address - symbol->value;
	return bytes_string(bytes_from(symbols.names, symbol->name));
}
