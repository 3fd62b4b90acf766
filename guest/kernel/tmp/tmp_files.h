/* SPDX-License-Identifier: MIT */
/* Open files of /tmp, for archive.c, which finds the operations and the status of a node. */
#ifndef GUEST_KERNEL_TMP_TMP_FILES_H
#define GUEST_KERNEL_TMP_TMP_FILES_H

#include "kernel/files/open_file.h"
#include "kernel/tmp/tmp_tree.h"

extern const struct file_operations tmp_regular_file;

enum { TMP_DEVICE = 2 }; /* st_dev of files in /tmp */

void tmp_status(const struct node *node, struct file_status *status);

#endif
