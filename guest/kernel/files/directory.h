/* SPDX-License-Identifier: MIT */
/* Directories, whose only operation is that their entries are listed. archive.c opens them. */
#ifndef GUEST_KERNEL_FILES_DIRECTORY_H
#define GUEST_KERNEL_FILES_DIRECTORY_H

#include "kernel/files/open_file.h"

extern const struct file_operations directory_operations;

#endif
