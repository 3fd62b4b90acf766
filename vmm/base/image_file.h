/* SPDX-License-Identifier: MIT */
/*
 * Opens and reads files that the user names: kernel images, initrds, unstripped programs. Called by the loaders, by
 * vmm/symbols and by the tools.
 */
#ifndef VMM_BASE_IMAGE_FILE_H
#define VMM_BASE_IMAGE_FILE_H

#include "formats/bytes.h"

/*
 * Opens a file for reading without blocking, even on a FIFO. Returns a descriptor, which the caller must close(), or -1
 * with errno.
 */
int image_file_open(const char *path);

/*
 * Reads `length` bytes at `offset`, by as many system calls as that takes. Returns the number of bytes read, which is
 * less than `length` only at the end of the file, or -1 with errno.
 */
int64_t image_file_read_at(int fd, uint64_t offset, uint64_t length, void *to);

/*
 * Reads a whole regular file of at most 256 MiB. Returns an empty range when the file is larger or cannot be read. The
 * caller must free() `start`.
 */
struct bytes image_file_read(const char *path);

/* Like image_file_read(), but of an open file: in the sandbox, no file can be opened. */
struct bytes image_file_read_open(int fd);

#endif
