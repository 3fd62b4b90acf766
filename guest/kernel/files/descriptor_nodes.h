/* SPDX-License-Identifier: MIT */
/*
 * /dev/fd, /dev/stdin, /dev/stdout and /dev/stderr: a file for each descriptor that a process can have. To open one is
 * to duplicate the descriptor, as in Plan 9 and the BSDs; on Linux a file would be opened anew.
 */
#ifndef GUEST_KERNEL_FILES_DESCRIPTOR_NODES_H
#define GUEST_KERNEL_FILES_DESCRIPTOR_NODES_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/tree.h"

/* Adds the files. False: out of memory, or the archive has something else there. */
bool descriptor_nodes_add(struct tree *tree);

/* The descriptor that a file stands for; -1: it is no such file. */
int64_t descriptor_of_node(const struct node *node);

/* Duplicates a descriptor for an open with these flags. The new one, or -errno. */
int64_t descriptor_open(int64_t fd, uint32_t flags);

#endif
