/* SPDX-License-Identifier: MIT */
/* Pipes. pipe(2) makes them here; after that they are used by the operations of their two open files. */
#ifndef GUEST_KERNEL_FILES_PIPE_H
#define GUEST_KERNEL_FILES_PIPE_H

#include <stdint.h>

#include "kernel/files/open_file.h"

/* Makes the open files of both ends of a pipe: ends[0] to read, ends[1] to write. 0 or -ENOMEM. */
int pipe_new(struct file *ends[2], uint32_t flags);

/* How many bytes a pipe takes, or -EBADF if the file is none. */
int64_t pipe_size(const struct file *file);

/*
 * Makes a pipe take at least `size` bytes; the size is rounded up to a power of two of pages. The new size; -EBADF,
 * -EINVAL, -EBUSY (more bytes are in it), -EPERM (above the greatest size), -ENOMEM.
 */
int64_t pipe_set_size(struct file *file, uint64_t size);

#endif
