/* SPDX-License-Identifier: MIT */
/*
 * The files and directories below /tmp, which are in memory and can be changed. A node is a name; a struct tmp_file is
 * what the name stands for, and several names can stand for one. Both live as long as somebody refers to the node: its
 * directory, an open file, a process whose current directory it is, or a node in it. archive.c makes /tmp, the system
 * calls on paths change it. Results are 0 or -errno.
 */
#ifndef GUEST_KERNEL_TMP_TMP_TREE_H
#define GUEST_KERNEL_TMP_TMP_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/tree.h"
#include "kernel/tmp/tmp_contents.h"

struct tmp_file {
	uint32_t mode;
	uint32_t names; /* nodes that stand for it, those that are no longer in the tree included */
	uint32_t links; /* as stat tells: names in the tree; of a directory, two and one for each directory in it */
	uint32_t user, group;
	uint64_t size;
	uint64_t times[3]; /* access, modification, change: nanoseconds since 1970 */
	struct tmp_contents contents;
};

enum { TIME_ACCESS, TIME_MODIFICATION, TIME_CHANGE };

/* Makes /tmp a directory that can be changed, unless the archive has something else of that name. False: out of memory.
 */
bool tmp_mount(struct tree *tree);

/* Where a name is looked up or made: a directory and the name in it. */
struct place {
	struct node *parent;
	uint32_t length;
	char name[TREE_NAME_MAX + 1];
};

/* Makes a file, directory or link; `mode` has its type. *made is in the tree; the caller gets no use of it. */
int tmp_make(const struct place *place, uint32_t mode, struct node **made);

/* Makes a symbolic link to a text of at most PAGE_SIZE bytes. */
int tmp_make_link(const struct place *place, const char *target, uint64_t length);

/* Gives what a node stands for one more name. */
int tmp_add_name(const struct place *place, struct node *node);

/* Takes a name out of its directory; a directory must be empty. */
int tmp_remove(struct node *node);

/* Gives a node another name. What has that name already (`old`, or NULL) is replaced, if it is of the same kind. */
int tmp_rename(struct node *node, const struct place *place, struct node *old);

/* Sets the size of a file; what is beyond it is gone, what is new reads as zeros. */
int tmp_set_size(struct tmp_file *file, uint64_t size);

/* Notes that a file was read (TIME_ACCESS), written (_MODIFICATION, which is a change, too) or changed (_CHANGE). */
void tmp_touch(struct tmp_file *file, unsigned which);

/* How many names there can be in /tmp, so that each is found soon, and how many there are. */
uint64_t tmp_names_max(void);
uint64_t tmp_names_used(void);

/* One use more or less of a node; nothing happens to nodes that are not of /tmp, or NULL. */
static inline void node_hold(struct node *node)
{
	if (node != NULL && node->file != NULL)
		node->users++;
}
void node_put(struct node *node);

static inline uint64_t node_size(const struct node *node)
{
	return node->file != NULL ? node->file->size : node->size;
}

#endif
