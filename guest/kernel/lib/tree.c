/* SPDX-License-Identifier: MIT */
/* Making the directory tree of an archive. Walking it is in walk.c. */
#include "kernel/lib/tree.h"

#include "kernel/lib/tree_lookup.h"

enum { MODE_IMPLIED_DIRECTORY = MODE_DIRECTORY | 0755 };
enum { NODES_PER_PAGE = PAGE_SIZE / sizeof(struct node) };

static void *zeroed_page(struct pages *pages)
{
	uint64_t frame = pages_get(pages);

	if (frame == 0)
		return NULL;
	return __builtin_memset(pages_address(pages, frame), 0, PAGE_SIZE);
}

static struct node *new_node(struct tree *tree, uint32_t mode)
{
	if (tree->fresh_count == 0) {
		tree->fresh = zeroed_page(tree->pages);
		if (tree->fresh == NULL)
			return NULL;
		tree->fresh_count = NODES_PER_PAGE;
	}
	tree->fresh_count--;
	struct node *node = tree->fresh++;
	node->mode = mode;
	node->number = ++tree->count;
	list_init(&node->sibling);
	list_init(&node->children);
	return node;
}

bool tree_init(struct tree *tree, struct pages *pages)
{
	*tree = (struct tree){.pages = pages};
	list_init(&tree->linked);
	tree->buckets = zeroed_page(pages);
	tree->root = new_node(tree, MODE_IMPLIED_DIRECTORY);
	if (tree->buckets == NULL || tree->root == NULL)
		return false;
	tree->root->parent = tree->root;
	return true;
}

/* In front of its bucket, so it is found before an older one of the same name. */
static struct node *add(struct tree *tree, struct node **bucket, struct node *parent, struct text name, uint32_t mode)
{
	struct node *node = new_node(tree, mode);

	if (node == NULL)
		return NULL;
	node->same_hash = *bucket;
	*bucket = node;
	node->parent = parent;
	node->name = name.bytes;
	node->name_length = (uint32_t)name.length;
	list_append(&parent->children, &node->sibling);
	return node;
}

/* ---- one entry ---- */

enum outcome { ADDED, LEFT_OUT, OUT_OF_MEMORY };

/* Goes down to the directory of the last component, making what is implied. */
static enum outcome find_place(struct tree *tree, struct text path, struct node **parent, struct text *last)
{
	*parent = tree->root;
	*last = take_name(&path);
	for (struct text next; (next = take_name(&path)).length > 0; *last = next) {
		if (is_dots(*last, 1))
			continue;
		if (last->length > TREE_NAME_MAX || is_dots(*last, 2))
			return LEFT_OUT;
		struct node **bucket = tree_bucket(tree, *parent, *last), *child = tree_child(*bucket, *parent, *last);
		if (child == NULL)
			child = add(tree, bucket, *parent, *last, MODE_IMPLIED_DIRECTORY);
		if (child == NULL)
			return OUT_OF_MEMORY;
		if (!node_is_directory(child))
			return LEFT_OUT;
		*parent = child;
	}
	return last->length > TREE_NAME_MAX || is_dots(*last, 2) ? LEFT_OUT : ADDED;
}

static void fill(struct node *node, const struct node *from)
{
	node->data = from->data;
	node->size = from->size;
	node->number = from->number;
}

/*
 * A file with several names has its contents with one of them, with which depends on the writer of the
 * archive (cpio(5), "New ASCII Format"). One of the names stands on tree->linked for all.
 */
static void join_links(struct tree *tree, struct node *node)
{
	list_for_each(place, &tree->linked)
	{
		struct node *first = list_entry(place, struct node, children);
		if (first->inode != node->inode)
			continue;
		if (node->size == 0) {
			fill(node, first);
			node->same_file = first->same_file;
			first->same_file = node;
			return;
		}
		node->number = first->number;
		for (; first != NULL; first = first->same_file)
			if (first->size == 0)
				fill(first, node);
		return;
	}
	list_append(&tree->linked, &node->children);
}

static void describe(struct tree *tree, struct node *node, const struct cpio_entry *entry)
{
	node->header = entry->header;
	if (node_is_directory(node))
		return;
	node->data = entry->data;
	node->size = entry->size;
	if ((node->mode & MODE_TYPE) == MODE_CHARACTER)
		node->device = device_number(cpio_number(entry->header, CPIO_DEVICE_MAJOR),
					     cpio_number(entry->header, CPIO_DEVICE_MINOR));
	if ((node->mode & MODE_TYPE) == MODE_FILE && cpio_number(entry->header, CPIO_LINKS) > 1) {
		node->inode = cpio_number(entry->header, CPIO_INODE);
		join_links(tree, node);
	}
}

static enum outcome add_entry(struct tree *tree, const struct cpio_entry *entry)
{
	uint32_t mode = cpio_number(entry->header, CPIO_MODE);
	struct text name;
	struct node *parent = NULL;
	enum outcome outcome = find_place(tree, text_of(entry->name), &parent, &name);

	if (outcome != ADDED || parent == NULL)
		return outcome;
	struct node **bucket = tree_bucket(tree, parent, name);
	struct node *old = name.length == 0 || is_dots(name, 1) ? parent : tree_child(*bucket, parent, name);
	bool directory = (mode & MODE_TYPE) == MODE_DIRECTORY;
	if ((mode & MODE_TYPE) == 0 ||
	    (old != NULL && !directory && (old == tree->root || !list_empty(&old->children))))
		return LEFT_OUT;
	if (old != NULL && directory && node_is_directory(old)) {
		old->mode = mode;
		describe(tree, old, entry);
		return ADDED;
	}
	if (old != NULL)
		list_remove(&old->sibling);
	struct node *node = add(tree, bucket, parent, name, mode);
	if (node == NULL)
		return OUT_OF_MEMORY;
	describe(tree, node, entry);
	return ADDED;
}

int tree_load(struct tree *tree, const struct bytes *archive, size_t *position, unsigned *left_out)
{
	struct cpio_entry entry;
	int result;

	*position = 0;
	*left_out = 0;
	while ((result = cpio_next(archive, position, &entry)) == 1) {
		enum outcome outcome = add_entry(tree, &entry);
		if (outcome == OUT_OF_MEMORY)
			return -2;
		*left_out += outcome == LEFT_OUT;
	}
	return result;
}

bool tree_add_from(struct tree *tree, const struct bytes *archive, const char *name)
{
	struct cpio_entry entry;

	return cpio_find(archive, name, &entry) == 1 && add_entry(tree, &entry) == ADDED;
}

/* ---- what no archive has ---- */

static struct node *add_missing(struct tree *tree, const char *path, uint32_t mode)
{
	struct text name;
	struct node *parent;

	if (find_place(tree, text_of(path), &parent, &name) != ADDED)
		return NULL;
	struct node **bucket = tree_bucket(tree, parent, name), *old = tree_child(*bucket, parent, name);
	return old != NULL ? old : add(tree, bucket, parent, name, mode);
}

bool tree_add_device(struct tree *tree, const char *path, uint32_t permissions, uint32_t device)
{
	uint32_t before = tree->count;
	struct node *node = add_missing(tree, path, MODE_CHARACTER | permissions);

	if (node != NULL && tree->count != before)
		node->device = device;
	return node != NULL;
}

bool tree_add_self_link(struct tree *tree, const char *path)
{
	return add_missing(tree, path, MODE_LINK | 0777) != NULL;
}
