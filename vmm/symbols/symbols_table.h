/* SPDX-License-Identifier: MIT */
/*
 * The layout of the symbol table in memory and, array by array, in the section of a trace file. Private to symbols.c
 * (stores and finds symbols), symbols_elf.c (adds the symbols of ELF files) and symbols_section.c.
 */
#ifndef VMM_SYMBOLS_SYMBOLS_TABLE_H
#define VMM_SYMBOLS_SYMBOLS_TABLE_H

#include "symbols/symbols.h"

/* Limits, so that no image can make a header so large that readers refuse the trace. */
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
	uint64_t archive;  /* offset of the image's file in the initrd; 0 = the kernel */
	uint32_t name;	   /* offset in the strings */
	uint32_t first;	   /* index of the image's first symbol; an image's symbols are sorted by address */
	uint32_t count;	   /* symbols */
	uint32_t checksum; /* of the image's file; 0 = not known */
};

struct symbols {
	struct symbol_image *images;
	struct symbol *list;
	char *strings; /* each ends with NUL; the first is "" */
	size_t image_count, symbol_count, string_bytes;
	size_t image_capacity, symbol_capacity, string_capacity;
};

/*
 * Adds an image in three steps: symbols_begin() returns its number, or -1 when the table is full; symbols_put() adds
 * one symbol; symbols_end() sorts the image's symbols. Only the image that was begun last can get symbols.
 */
int symbols_begin(struct symbols *symbols, const char *name, uint64_t archive);
void symbols_put(struct symbols *symbols, int image, uint64_t address, uint64_t size, const char *name, size_t length);
void symbols_end(struct symbols *symbols, int image);

/* symbols_clear() empties the table, as symbols_new() returns it. symbols_release() frees the memory of its arrays. */
void symbols_clear(struct symbols *symbols);
void symbols_release(struct symbols *symbols);

/* Replaces all but NUL and visible ASCII characters by '?', because names are printed on terminals. */
void symbols_make_printable(char *text, size_t length);

#endif
