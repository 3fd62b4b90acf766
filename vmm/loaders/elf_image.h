/* SPDX-License-Identifier: MIT */
/*
 * Reads ELF64 x86-64 files for the loaders: opened, headers checked, any part read on demand. The first
 * page is read once and serves everything that lies in it, since start-up time is system calls.
 * Source: System V gABI, chapters 4 and 5.
 */
#ifndef VMM_LOADERS_ELF_IMAGE_H
#define VMM_LOADERS_ELF_IMAGE_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { ELF_HEAD_SIZE = 4096, ELF_SEGMENTS_MAX = 64 };

struct elf_file {
	const char *path; /* for messages; must outlive this */
	int fd;
	uint64_t entry;
	unsigned segment_count;
	Elf64_Phdr segments[ELF_SEGMENTS_MAX]; /* all program headers, in the file's order */
	size_t head_length;
	_Alignas(8) uint8_t head[ELF_HEAD_SIZE];
};

/*
 * Opens `path` and checks that it is an ELF64 x86-64 file whose program headers can be read. On failure
 * nothing is left open. Whether the segments' contents are there shows when they are read.
 */
int elf_open(struct elf_file *elf, const char *path, struct error *error);
void elf_close(struct elf_file *elf);

/* Reads exactly `length` bytes at `offset` of the file; a file that ends before is refused as truncated. */
int elf_read(const struct elf_file *elf, uint64_t offset, uint64_t length, void *bytes, struct error *error);

/* Opens a file for reading with the loaders' messages; never blocks, even on a FIFO. */
int loader_open(const char *path, struct error *error);

/*
 * Reads exactly `length` bytes at `offset`, however many system calls that takes. Returns how many there
 * were before the end of the file, or -1 with a line in *error.
 */
int64_t loader_read(int fd, const char *path, uint64_t offset, uint64_t length, void *bytes, struct error *error);

#endif
