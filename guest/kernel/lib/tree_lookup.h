/* SPDX-License-Identifier: MIT */
/* Names and how they are looked up: what making the tree and walking it have in common. */
#ifndef GUEST_KERNEL_LIB_TREE_LOOKUP_H
#define GUEST_KERNEL_LIB_TREE_LOOKUP_H

#include "kernel/lib/tree.h"

/* A path, a rest of one, or a name in one: bytes without a NUL behind them. */
struct text {
	const char *bytes;
	size_t length;
};

struct text text_of(const char *string);

/* Takes the next name off a path, and the slashes before it; an empty one when there is none left. */
struct text take_name(struct text *path);

/* Whether it is "." or "..". */
static inline bool is_dots(struct text name, size_t count)
{
	return name.length == count && name.bytes[0] == '.' && name.bytes[count - 1] == '.';
}

/* Where the chain begins that a name of a directory is on; its node on that chain, or NULL. */
struct node **tree_bucket(const struct tree *tree, const struct node *parent, struct text name);
struct node *tree_child(struct node *chain, const struct node *parent, struct text name);

#endif
