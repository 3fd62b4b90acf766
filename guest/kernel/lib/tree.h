/* SPDX-License-Identifier: MIT */
/*
 * The directory tree of a cpio archive: made once at boot, read-only after. Names and contents stay in the
 * archive; the nodes are in pages that are kept for good. Nothing in the archive or in a path is believed.
 */
#ifndef GUEST_KERNEL_LIB_TREE_H
#define GUEST_KERNEL_LIB_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/cpio.h"
#include "kernel/lib/list.h"
#include "kernel/lib/pages.h"

/* st_mode: Linux's values, which are the archive's too (inode(7)). */
enum {
	MODE_TYPE = 0170000,
	MODE_FIFO = 0010000,
	MODE_CHARACTER = 0020000,
	MODE_DIRECTORY = 0040000,
	MODE_FILE = 0100000,
	MODE_LINK = 0120000,
	MODE_PERMISSIONS = 07777,
	MODE_ANY_EXECUTE = 0111,
};

enum { TREE_NAME_MAX = 255, TREE_LINKS_MAX = 40 }; /* of a component; followed in one path */

struct node {
	struct node *parent; /* the root's is itself */
	struct node *same_hash;
	struct list sibling, children;
	const char *name;      /* name_length bytes */
	const uint8_t *header; /* in the archive, with what is seldom asked for; NULL = it comes from none */
	const uint8_t *data;
	uint64_t size;
	uint32_t name_length;
	uint32_t number; /* its own, from 1 on */
	uint32_t mode;
	uint32_t device;	/* MODE_CHARACTER: as st_rdev */
	uint32_t inode;		/* in the archive, where the file has several names */
	struct node *same_file; /* the next of those names that wait for the contents */
};

struct tree {
	struct pages *pages;
	struct node *root;
	struct node **buckets; /* by parent and name */
	struct node *fresh;    /* the rest of the page the last node came from */
	unsigned fresh_count;
	uint32_t count;
	struct list linked; /* one name, by `children`, of each file that has several */
};

/* An empty tree. False: out of memory. */
bool tree_init(struct tree *tree, struct pages *pages);

/*
 * Adds what the archive has. Directories may be implied by the names in them; the last of equal names
 * wins. *left_out counts entries that cannot be: a name that is too long or has "..", a path through
 * something that is no directory, no type. Returns 0; -1: the archive is damaged at *position, and what
 * came before is there; -2: out of memory.
 */
int tree_load(struct tree *tree, const struct bytes *archive, size_t *position, unsigned *left_out);

/* Adds one file of an archive as an entry of that name. False: it is not there, or there is no memory. */
bool tree_add_from(struct tree *tree, const struct bytes *archive, const char *name);

/* Adds a character device if that name is not there yet. False: out of memory, or it cannot be there. */
bool tree_add_device(struct tree *tree, const char *path, uint32_t permissions, uint32_t device);

/* Adds a link that leads to the walker's `self`, whoever walks. Likewise. */
bool tree_add_self_link(struct tree *tree, const char *path);
static inline bool node_is_self_link(const struct node *node)
{
	return (node->mode & MODE_TYPE) == MODE_LINK && node->data == NULL;
}

/* st_rdev, as Linux packs it. */
static inline uint32_t device_number(uint32_t major, uint32_t minor)
{
	return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffU) << 12;
}

static inline bool node_is_directory(const struct node *node)
{
	return (node->mode & MODE_TYPE) == MODE_DIRECTORY;
}

enum tree_result { TREE_FOUND, TREE_MISSING, TREE_NOT_DIRECTORY, TREE_LOOP, TREE_NAME_TOO_LONG };

struct walker {
	struct node *directory; /* where a relative path begins */
	struct node *self;	/* may be NULL */
	bool follow;		/* a link that the last component names */
};

/* Finds what a path names; an empty one names nothing. */
enum tree_result tree_walk(const struct tree *tree, const struct walker *walker, const char *path, struct node **found);

/*
 * Writes the absolute path of a node with a NUL into `buffer`. Returns where it begins, or NULL if it
 * does not fit.
 */
char *tree_path(const struct node *node, char *buffer, size_t size);

#endif
