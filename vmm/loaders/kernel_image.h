/* SPDX-License-Identifier: MIT */
/*
 * A kernel's file, open for the loaders: any part is read on demand, and ELF headers are checked for those protocols
 * that use ELF. The first page is read once and serves everything that lies in it, since start-up time is system calls.
 */
#ifndef VMM_LOADERS_KERNEL_IMAGE_H
#define VMM_LOADERS_KERNEL_IMAGE_H

#include "base/error.h"
#include "formats/elf64.h"

enum { KERNEL_HEAD_SIZE = 4096, KERNEL_SEGMENTS_MAX = 64 };

struct kernel_image {
	const char *path; /* for messages; must outlive this */
	int fd;
	uint64_t entry;		/* guest-physical address of the first instruction, when a loader has recognised it */
	unsigned segment_count; /* 0 until kernel_image_read_elf() */
	struct elf64_program_header segments[KERNEL_SEGMENTS_MAX]; /* all of them, in the file's order */
	size_t head_length;
	uint8_t head[KERNEL_HEAD_SIZE];
};

/* Opens `path` and reads its first page. On failure nothing is left open. */
int kernel_image_open(struct kernel_image *image, const char *path, struct error *error);
void kernel_image_close(struct kernel_image *image);

/* Reads exactly `length` bytes at `offset` of the file; a file that ends before is refused as truncated. */
int kernel_image_read(const struct kernel_image *image, uint64_t offset, uint64_t length, void *bytes,
		      struct error *error);

/*
 * Reads the program headers. 1: done. 0: the file is no ELF64 x86-64 file that can be loaded, *error says why. -1: it
 * cannot be read. Whether the segments' contents are there shows when they are read.
 */
int kernel_image_read_elf(struct kernel_image *image, struct error *error);

/* Opens a file for reading with the loaders' messages; never blocks, even on a FIFO. */
int loader_open(const char *path, struct error *error);

/* Reads `length` bytes at `offset`. Returns how many there were before the end of the file, or -1. */
int64_t loader_read(int fd, const char *path, uint64_t offset, uint64_t length, void *bytes, struct error *error);

#endif
