/* SPDX-License-Identifier: MIT */
/*
 * Disassembly and source lines for `vmm trace print`. They need libraries that vmm itself does not link, so
 * that `vmm run` starts fast; this is linked into the executable vmm-symbolizer, which vmm turns into.
 */
#ifndef VMM_TOOLS_SYMBOLIZER_SYMBOLIZER_H
#define VMM_TOOLS_SYMBOLIZER_SYMBOLIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/bytes.h"

struct instruction {
	unsigned length;
	bool in, out; /* and their string forms */
	bool halt;
	char text[96]; /* AT&T syntax, as the guest's assembly is written */
};

/* False when the library was missing when this was built: then the functions below find nothing. */
extern const bool has_disassembler, has_source_lines;

/* Disassembles the instruction at the start of `code`. False when it is none. */
bool disassemble(struct bytes code, uint64_t address, struct instruction *instruction);

/* Only its length and what it is, which is much cheaper: the text stays empty. */
bool measure(struct bytes code, struct instruction *instruction);

/* The debug information of an ELF file; NULL when it has none. */
struct source_lines *source_open(struct bytes elf);
void source_close(struct source_lines *lines);

/* "file.c:12" of an address; false when it is not known. */
bool source_line(struct source_lines *lines, uint64_t address, char *buffer, size_t size);

#endif
