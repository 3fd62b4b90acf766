/* SPDX-License-Identifier: MIT */
/*
 * The tree of files: those of the initrd, read-only, the device files, and /tmp (the room tmp/). System calls on paths
 * and exec look files up here.
 */
#ifndef GUEST_KERNEL_FILES_ARCHIVE_H
#define GUEST_KERNEL_FILES_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/files/open_file.h"
#include "kernel/lib/tree.h"
#include "kernel/tmp/tmp_tree.h"

extern struct tree tree;

/*
 * Makes the tree if there is none yet. Booting does without one, so this is called when a tree is first needed. 0;
 * -ENOMEM: there is no tree, and a later call may make it.
 */
int files_need_tree(void);

/*
 * Opens the console for init's descriptors: 0 (`from`), and 1 and 2 (`to`), which may be one file. They get their place
 * in the tree when there is one. False: out of memory.
 */
bool files_open_first(struct file **from, struct file **to);

/*
 * Finds what `path` names for the current process. A relative path begins at `directory`; NULL is the root. With
 * `follow`, a link at the end of the path is followed. 0 or -errno.
 */
int path_find(struct node *directory, const char *path, bool follow, struct node **found);

/*
 * The same, and also where the last name was looked up, or could be made: if that is all that is missing (-ENOENT), or
 * it was found, place.parent is its directory; else NULL. The name may be "." or "..".
 */
struct path_place {
	struct place place;
	bool has_slash; /* the path ends with a slash, so it means a directory */
};
int path_find_place(struct node *directory, const char *path, bool follow, struct node **found,
		    struct path_place *place);

/* Copies a path from user memory. 0 or -errno. */
enum { PATH_LENGTH_MAX = 512 };
int path_read(char copy[PATH_LENGTH_MAX], uint64_t address);

/* The operations of an open file for this node. 0 or -errno. */
int file_operations_of(const struct node *node, uint32_t flags, const struct file_operations **operations);

/* Whether a file is one of the initrd, whose contents never change and lie at node->data. */
bool is_archive_file(const struct file *file);

/* Fills in what stat(2) says of a node. */
void node_status(const struct node *node, struct file_status *status);

#endif
