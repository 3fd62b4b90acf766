/* SPDX-License-Identifier: MIT */
/* Pipes. pipe(2) makes them here; after that they are used by the operations of their two open files. */
#ifndef GUEST_KERNEL_FILES_PIPE_H
#define GUEST_KERNEL_FILES_PIPE_H

#include <stdint.h>

#include "kernel/files/open_file.h"

/* Makes the open files of both ends of a pipe: ends[0] to read, ends[1] to write. 0 or -ENOMEM. */
int pipe_new(struct file *ends[2], uint32_t flags);

#endif
