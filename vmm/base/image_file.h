/* SPDX-License-Identifier: MIT */
/*
 * Files that the user names: kernel images, initrds, unstripped programs. Opened and read here by the loaders, by those
 * who want symbols or code, and by the tools.
 */
#ifndef VMM_BASE_IMAGE_FILE_H
#define VMM_BASE_IMAGE_FILE_H

#include "formats/bytes.h"

/* Opens a file for reading; never blocks, even on a FIFO. -1 with errno. The caller closes the descriptor. */
int image_file_open(const char *path);

/*
 * Reads exactly `length` bytes at `offset`, however many system calls that takes. Returns how many there were before
 * the end of the file, or -1 with errno.
 */
int64_t image_file_read_at(int fd, uint64_t offset, uint64_t length, void *to);

/* A whole regular file of 256 MiB at most; empty when it cannot be had. The caller frees `start`. */
struct bytes image_file_read(const char *path);

/* The same of an open file, for whoever may open no file any more. */
struct bytes image_file_read_open(int fd);

#endif
