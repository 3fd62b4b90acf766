/* SPDX-License-Identifier: MIT */
/* Source lines by libdw of elfutils, a library that only vmm-symbolizer links. Used by vmm_symbolizer.c. */
#ifndef VMM_TOOLS_SYMBOLIZER_SOURCE_LINES_H
#define VMM_TOOLS_SYMBOLIZER_SOURCE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/bytes.h"

/* False when libdw was missing when this was built: the functions below find nothing then. */
extern const bool has_source_lines;

/* The debug information of an ELF file; NULL when it has none. To be closed with source_close(). */
struct source_lines *source_open(struct bytes elf);
void source_close(struct source_lines *lines);

/* Puts "file.c:12" for an address into `buffer`; false when the line is not known. */
bool source_line(struct source_lines *lines, uint64_t address, char *buffer, size_t size);

#endif
