/* SPDX-License-Identifier: MIT */
/*
 * The directory tree of a cpio archive. Names and contents stay in the archive; its nodes are in pages that are kept
 * for good. Archives and paths may be damaged or hostile. files/archive.c calls this. The room tmp/ adds and removes
 * nodes of its own below /tmp.
 */
#ifndef GUEST_KERNEL_LIB_TREE_H
#define GUEST_KERNEL_LIB_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/cpio.h"
#include "kernel/lib/list.h"
#include "kernel/lib/pages.h"

/* st_mode: Linux's values (inode(7)), which the archive has, too. */
enum {
	MODE_TYPE = 0170000,
	MODE_FIFO = 0010000,
	MODE_CHARACTER = 0020000,
	MODE_DIRECTORY = 0040000,
	MODE_FILE = 0100000,
	MODE_LINK = 0120000,
	MODE_ANY_EXECUTE = 0111,
};

enum { TREE_NAME_MAX = 255, TREE_LINKS_MAX = 40 }; /* length of a component; links followed in one path */

enum { TREE_FIRST_COOKIE = 2 }; /* positions 0 and 1 of a directory are "." and ".." */

struct node {
	struct node *parent; /* the root's is itself */
	struct node *same_hash;
	struct list sibling, children;
	const char *name;      /* name_length bytes */
	const uint8_t *header; /* in the archive, for what is seldom needed; NULL = from no archive */
	const uint8_t *data;
	uint64_t size;
	uint32_t name_length;
	uint32_t number; /* the inode number that programs see, from 1 on */
	uint32_t mode;
	uint32_t device;	/* MODE_CHARACTER: as st_rdev; MODE_FILE: a file of the room proc/, or 0 */
	uint32_t inode;		/* in the archive, if the file has several names */
	uint32_t users;		/* with `file`: what refers to the node; without users it is freed */
	struct node *same_file; /* the next name of the file that has no contents yet */

	struct tmp_file *file; /* what belongs to /tmp (tmp/tmp_tree.h); NULL = read-only */
	uint64_t cookie;       /* the node's position in its directory, for getdents: rises along `children` */
};

struct tree {
	struct pages *pages;
	struct node *root;
	struct node ***bucket_pages; /* by parent and name: a page of addresses of pages of buckets */
	uint32_t bucket_count;	     /* a power of two */
	struct node *fresh;	     /* the unused rest of a page of nodes */
	unsigned fresh_count;
	struct node *last_page; /* the page of nodes taken last, from which tree_free finds all */
	uint32_t count;
	uint64_t last_cookie;
	struct list linked; /* one name of each file that has several, by the place `children` */
};

/* An empty tree that finds each of about so many names soon. False: out of memory. */
bool tree_init(struct tree *tree, struct pages *pages, uint64_t names);

/* Gives back all memory of a tree, also of one that could not be completed. */
void tree_free(struct tree *tree);

/*
 * Adds the entries of an archive. A directory may be implied by the names in it; the last of several entries with one
 * name wins. *left_out counts entries that cannot be added: a name that is too long or has "..", a path through
 * something that is no directory, a file without a type. 0; -1: the archive is damaged at *position, all before that is
 * added; -2: out of memory. `pause` is called after each entry.
 */
int tree_load(struct tree *tree, const struct bytes *archive, size_t *position, unsigned *left_out,
	      bool (*pause)(void));

/* Adds the file of that name from an archive. False: the archive does not have the file, or out of memory. */
bool tree_add_from(struct tree *tree, const struct bytes *archive, const char *name);

/*
 * The following add something, unless the archive has something of that name, or something that is no directory on the
 * way to it. False: out of memory.
 */

/* A file that is not in memory: a character device, for example. */
bool tree_add_special(struct tree *tree, const char *path, uint32_t mode, uint32_t device);

/* A link to a text that stays. */
bool tree_add_link(struct tree *tree, const char *path, const char *target);

bool tree_add_directory(struct tree *tree, const char *path);

/* A link that leads to the walker's `self`: for each walker to another file. */
bool tree_add_self_link(struct tree *tree, const char *path);
static inline bool node_is_self_link(const struct node *node)
{
	return (node->mode & MODE_TYPE) == MODE_LINK && node->data == NULL;
}

/* Makes a node that the caller has allocated, with name and number, the last child of a directory. */
void tree_insert(struct tree *tree, struct node *parent, struct node *node);

/* Takes such a node out of the tree. It keeps its parent and its name. */
void tree_remove(struct tree *tree, struct node *node);

/* The child of that name, or NULL. */
struct node *tree_child(const struct tree *tree, const struct node *parent, const char *name, size_t length);

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
	struct node *self;	/* where self links lead; NULL: nowhere */
	bool follow;		/* whether to follow a link that the last component names */

	/* Results: the last name that the walk has looked at. It lies in the path or in the target of a link. */
	struct node *parent; /* the directory where it was looked up; NULL: there was no name */
	const char *name;
	size_t name_length;
	bool is_last;	/* nothing but slashes follows the name */
	bool has_slash; /* a slash follows the name */
};

/*
 * Finds what a path names. An empty path names nothing. If only the last name is missing, which is_last tells, the
 * walker's parent and name say where a file of that path could be made.
 */
enum tree_result tree_walk(const struct tree *tree, struct walker *walker, const char *path, struct node **found);

/* Writes the absolute path of a node to the end of `buffer`, with a NUL. Where it begins; NULL: it does not fit. */
char *tree_path(const struct node *node, char *buffer, size_t size);

#endif
