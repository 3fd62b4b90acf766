/* SPDX-License-Identifier: MIT */
/*
 * The symbol table as it lies in memory and, array by array, in the section of a trace file. Private to
 * symbols.c (keeps and looks up), symbols_elf.c (fills it from ELF files) and symbols_section.c.
 */
#ifndef VMM_SYMBOLS_SYMBOLS_TABLE_H
#define VMM_SYMBOLS_SYMBOLS_TABLE_H

#include "symbols/symbols.h"

/* Limits, so that a strange image cannot make a header that readers refuse. */
enum {
	SYMBOLS_MAX = 1 << 18,
	SYMBOLS_IMAGES_MAX = 1 << 12,
	SYMBOLS_STRINGS_MAX = 8 << 20, /* bytes */
	SYMBOLS_NAME_MAX = 127,	       /* characters of a name that are kept */
};

struct symbol {
	uint64_t address;
	uint32_t size; /* 0 = not known */
	uint32_t name; /* offset in the strings */
};

struct symbol_image {
	uint64_t archive; /* offset of its file in the initrd; 0 = the kernel */
	uint32_t name;	  /* offset in the strings */
	uint32_t first;	  /* its symbols, by rising address */
	uint32_t count;
	uint32_t reserved;
};

struct symbols {
	struct symbol_image *images;
	struct symbol *list;
	char *strings; /* each ends with NUL; the first is "" */
	size_t image_count, symbol_count, string_bytes;
	size_t image_capacity, symbol_capacity, string_capacity;
};

/* Opens an image for symbols_put; -1 when the table is full. symbols_end() sorts what was put. */
int symbols_begin(struct symbols *symbols, const char *name, uint64_t archive);
void symbols_put(struct symbols *symbols, int image, uint64_t address, uint64_t size, const char *name, size_t length);
void symbols_end(struct symbols *symbols, int image);

/* Makes the table as symbols_new() gives it; the other gives back its memory and leaves nothing. */
void symbols_clear(struct symbols *symbols);
void symbols_release(struct symbols *symbols);

/* Replaces what is not a visible ASCII character: names reach terminals. NUL stays. */
void symbols_make_printable(char *text, size_t length);

#endif
