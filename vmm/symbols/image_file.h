/* SPDX-License-Identifier: MIT */
/*
 * The images a trace is about, as files: bytes with bounds, and as much ELF64 as names and code need. Used
 * to read symbols when recording, and code when printing. Believes nothing in a file.
 */
#ifndef VMM_SYMBOLS_IMAGE_FILE_H
#define VMM_SYMBOLS_IMAGE_FILE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const unsigned char *start;
	size_t size;
};

/* The part [offset, offset + size); empty (start NULL) when that leaves the whole. */
struct bytes bytes_part(struct bytes whole, uint64_t offset, uint64_t size);

/* Copies a structure out: nothing in a file is aligned. */
bool bytes_fetch(void *structure, size_t size, struct bytes whole, uint64_t offset);

bool elf_header(Elf64_Ehdr *header, struct bytes elf);
bool elf_section(Elf64_Shdr *section, struct bytes elf, const Elf64_Ehdr *header, unsigned index);
struct bytes elf_section_bytes(struct bytes elf, const Elf64_Shdr *section);

enum { BUILD_ID_MAX = 64 };

/* The build ID that the linker put into it; empty when there is none. */
struct bytes elf_build_id(struct bytes elf);

/* It in hexadecimal. */
void build_id_text(struct bytes id, char text[2 * BUILD_ID_MAX + 1]);

/* What the file has from a virtual address to the end of its segment; empty when it has nothing there. */
struct bytes elf_code(struct bytes elf, uint64_t address);

/* The same of a segment that the program cannot write, so that it holds while the program runs. */
struct bytes elf_constant(struct bytes elf, uint64_t address);

/* A whole regular file; empty when it cannot be had. The caller frees `start`. */
struct bytes image_file_read(const char *path);

/* The same in two steps, for whoever may open no file later. The caller closes the descriptor. */
int image_file_open(const char *path);
struct bytes image_file_read_open(int fd);

/* The built-in initrd of a kernel image. */
struct bytes image_file_initrd(struct bytes elf);

#endif
