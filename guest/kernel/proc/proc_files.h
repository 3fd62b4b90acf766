/* SPDX-License-Identifier: MIT */
/* The files in /proc that tell of the system and of the process that reads them. archive.c adds and opens them. */
#ifndef GUEST_KERNEL_PROC_PROC_FILES_H
#define GUEST_KERNEL_PROC_PROC_FILES_H

#include <stdbool.h>

#include "kernel/files/open_file.h"
#include "kernel/lib/tree.h"

/* Adds the files. False: out of memory, or the archive has something else there. */
bool proc_add(struct tree *tree);

/* The operations of all of them. */
extern const struct file_operations proc_file;

#endif
