/* SPDX-License-Identifier: MIT */
/*
 * Names of addresses: the function symbols of the guest image and of each program of its
 * initrd. A program is known by the offset of its file's data in the archive, which is what the guest's
 * `load` event carries. Read from ELF files, kept in trace files, looked up by every printer.
 */
#ifndef VMM_SYMBOLS_SYMBOLS_H
#define VMM_SYMBOLS_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Images are numbers: 0 is the kernel, programs come after it. */
enum { IMAGE_UNKNOWN = -1, IMAGE_KERNEL = 0 };

struct symbols; /* grows; owned by whoever called symbols_new */

struct symbols *symbols_new(void);
void symbols_free(struct symbols *symbols);

/*
 * Adds the image of that path, open as `image`, and the programs of its initrd: the open file `initrd`, or, when
 * that is -1, the image's RINGSIDE_INITRD_SECTION if it has one. An image or program without symbols is no
 * error; a file that cannot be read or makes no sense simply adds nothing (the loader reports those).
 */
void symbols_add_files(struct symbols *symbols, const char *path, int image, int initrd);

/*
 * Adds the function symbols of one ELF64 file in memory; `archive` is its offset in the initrd, 0 for the
 * kernel. Names are kept printable and short: other characters become '?', what is too long is cut.
 */
void symbols_add_elf(struct symbols *symbols, const char *name, uint64_t archive, const void *elf, size_t size);

/* Adds the programs of a cpio (newc) archive in memory; what is not an ELF file in it is passed over. */
void symbols_add_archive(struct symbols *symbols, const void *archive, size_t size);

/* The image of the program at that archive offset, or IMAGE_UNKNOWN. IMAGE_KERNEL always exists. */
int symbols_program(const struct symbols *symbols, uint64_t archive);

/* The name of an image ("sieve"), or NULL. */
const char *symbols_image_name(const struct symbols *symbols, int image);

/* Where the program of an image begins in the archive; 0 for the kernel and for what is no image. */
uint64_t symbols_image_archive(const struct symbols *symbols, int image);

/*
 * The symbol at or before `address` in an image and the distance from it in *offset. NULL when `symbols` is, or the
 * address is outside the symbol's size, or 64 KiB away where assembly gave it none.
 */
const char *symbols_lookup(const struct symbols *symbols, int image, uint64_t address, uint64_t *offset);

/* Whether an address of any image is called that. */
bool symbols_have(const struct symbols *symbols, const char *name);

/* The section of a trace file that holds them (docs/trace-format.md). NULL is as good as none. */
size_t symbols_section_size(const struct symbols *symbols);
void symbols_section_write(const struct symbols *symbols, void *section);

/* Replaces what `symbols` holds by a section's. -1 when it makes no sense; `symbols` is then as new. */
int symbols_section_read(struct symbols *symbols, const void *section, size_t size);

#endif
