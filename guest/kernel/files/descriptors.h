/* SPDX-License-Identifier: MIT */
/* The descriptors of a process (descriptor_table.h): used by system calls, copied by fork, closed by exec and exit. */
#ifndef GUEST_KERNEL_FILES_DESCRIPTORS_H
#define GUEST_KERNEL_FILES_DESCRIPTORS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/files/descriptor_table.h"
#include "kernel/files/open_file.h"

/* The file of a descriptor of the current process; NULL = there is none. */
struct file *descriptor_file(uint64_t fd);

/* RLIMIT_NOFILE: one more than the highest descriptor that the current process may get. */
uint32_t descriptor_limit(void);

/*
 * Gives a file the lowest free descriptor of the current process from `lowest` on. The descriptor takes over the
 * caller's use of the file. -EMFILE: there is none, and the caller still has its use.
 */
int64_t descriptor_add(struct file *file, uint64_t lowest, bool close_on_exec);

/* Closes a descriptor of the current process. 0 or -EBADF. */
int64_t descriptor_close(uint64_t fd);

/* Opens `from` as descriptor 0 and `to` as 1 and 2 of a process that has none. Both are new; they may be the same. */
void descriptors_open_first(struct descriptors *descriptors, struct file *from, struct file *to);

/* For fork, execve and the end of a process. The child's table is empty before the copy. */
void descriptors_copy(struct descriptors *child, const struct descriptors *parent);
void descriptors_close_on_exec(struct descriptors *descriptors);
void descriptors_close_all(struct descriptors *descriptors);

#endif
