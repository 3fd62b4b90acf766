/* SPDX-License-Identifier: MIT */
/*
 * Names of addresses: the function symbols of the guest's kernel and of each program in its initrd. A program is
 * identified by the offset of its file's data in the archive, because the guest's `load` event has that offset. A
 * checksum tells whether a file is the one that ran. Symbols are read from ELF files (symbols_elf.c), stored in trace
 * files (symbols_section.c), and looked up by every printer.
 */
#ifndef VMM_SYMBOLS_SYMBOLS_H
#define VMM_SYMBOLS_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An image is a file with symbols, known by a number: 0 is the kernel, and the programs follow. */
enum { IMAGE_UNKNOWN = -1, IMAGE_KERNEL = 0 };

struct symbols;

/* An empty table, which grows; NULL when there is no memory. The caller must release the table with symbols_free(). */
struct symbols *symbols_new(void);
void symbols_free(struct symbols *symbols);

/*
 * Adds the symbols of the kernel and of the programs in its initrd. `image` is the descriptor of the kernel's file and
 * `path` its name; `initrd` is the descriptor of the archive, or -1 to use the kernel's RINGSIDE_INITRD_SECTION if it
 * has one. A file without symbols, or one that cannot be read or is damaged, adds nothing: the loader reports such
 * files.
 */
void symbols_add_files(struct symbols *symbols, const char *path, int image, int initrd);

/*
 * Adds the function symbols of one ELF64 file in memory. `archive` is the offset of the file in the initrd, 0 for the
 * kernel. In names, unprintable characters become '?', and names are cut at SYMBOLS_NAME_MAX characters.
 */
void symbols_add_elf(struct symbols *symbols, const char *name, uint64_t archive, const void *elf, size_t size);

/* What is added to the addresses in an ELF file when it runs: for programs (`archive` not 0) that can be anywhere. */
uint64_t symbols_elf_base(uint64_t archive, const void *elf, size_t size);

/* Adds the symbols of all ELF64 files in a cpio (newc) archive in memory; skips other files. */
void symbols_add_archive(struct symbols *symbols, const void *archive, size_t size);

/* The image of the program at that archive offset, or IMAGE_UNKNOWN. IMAGE_KERNEL always exists. */
int symbols_program(const struct symbols *symbols, uint64_t archive);

/* The name of an image ("sieve"), or NULL. */
const char *symbols_image_name(const struct symbols *symbols, int image);

/* The offset of an image's program in the archive; 0 for the kernel and for a number that is no image. */
uint64_t symbols_image_archive(const struct symbols *symbols, int image);

/*
 * The name of the symbol that contains `address` in an image; stores the distance from its start in *offset. A symbol
 * without a size, such as a label in assembly, is taken to have 64 KiB. NULL when no symbol contains the address, or
 * when `symbols` is NULL.
 */
const char *symbols_lookup(const struct symbols *symbols, int image, uint64_t address, uint64_t *offset);

/* Stores the address of an image's symbol of that name. False when it has none, or when `symbols` is NULL. */
bool symbols_find(const struct symbols *symbols, int image, const char *name, uint64_t *address);

/* Whether any image has a symbol of that name. */
bool symbols_have(const struct symbols *symbols, const char *name);

/* The section of a trace file for symbols (docs/trace-format.md): its size in bytes, and its bytes. `symbols` may be
 * NULL. */
size_t symbols_section_size(const struct symbols *symbols);
void symbols_section_write(const struct symbols *symbols, void *section);

/* Replaces the symbols by those of a section. Returns 0; or -1, with `symbols` empty, when the section is not valid. */
int symbols_section_read(struct symbols *symbols, const void *section, size_t size);

#endif
