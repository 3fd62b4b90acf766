/* SPDX-License-Identifier: MIT */
/*
 * The file of a kernel, open for the loaders, which read any part of it on demand; for boot protocols that use ELF, the
 * headers are checked here. The first page is read once and kept, because every system call delays the start of the
 * guest.
 */
#ifndef VMM_LOADERS_KERNEL_IMAGE_H
#define VMM_LOADERS_KERNEL_IMAGE_H

#include "base/error.h"
#include "formats/elf64.h"

enum { KERNEL_HEAD_SIZE = 4096, KERNEL_SEGMENTS_MAX = 64, KERNEL_NOTES_MAX = 4096 };

struct kernel_image {
	const char *path; /* for messages; must outlive the image */
	int fd;
	uint64_t entry;		/* guest-physical address of the first instruction, when a loader has recognised it */
	unsigned segment_count; /* 0 until kernel_image_read_elf() */
	struct elf64_program_header segments[KERNEL_SEGMENTS_MAX]; /* all of them, in the file's order */
	size_t head_length;
	struct bytes options; /* content of the note of its options (ringside/option_table.h), in `notes`, or NULL */
	uint8_t head[KERNEL_HEAD_SIZE];
	uint8_t notes[KERNEL_NOTES_MAX]; /* of one segment */
};

/* Opens `path` and reads its first page. Returns 0; or -1 with a line in *error, and nothing open. */
int kernel_image_open(struct kernel_image *image, const char *path, struct error *error);
void kernel_image_close(struct kernel_image *image);

/* Reads `length` bytes at `offset` of the file. Returns 0; or -1 with a line in *error, also when the file is shorter.
 */
int kernel_image_read(const struct kernel_image *image, uint64_t offset, uint64_t length, void *bytes,
		      struct error *error);

/*
 * Reads the program headers into image->segments. Returns 1; or 0 when the file is not an ELF64 x86-64 file that can be
 * loaded; or -1 when the file cannot be read; *error has a line after 0 and -1. The contents of the segments are not
 * checked.
 */
int kernel_image_read_elf(struct kernel_image *image, struct error *error);

/* Opens a file for reading without blocking, even on a FIFO. Returns a descriptor, or -1 with a line in *error. */
int loader_open(const char *path, struct error *error);

/*
 * Reads `length` bytes at `offset`. Returns the number of bytes read, which is less than `length` only at the end of
 * the file; or -1 with a line in *error.
 */
int64_t loader_read(int fd, const char *path, uint64_t offset, uint64_t length, void *bytes, struct error *error);

#endif
