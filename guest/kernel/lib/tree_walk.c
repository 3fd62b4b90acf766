/* SPDX-License-Identifier: MIT */
/* Walking the directory tree: names, paths, links. Paths come from processes, link targets from the archive. */
#include "kernel/lib/tree_lookup.h"

enum { BUCKETS = PAGE_SIZE / sizeof(struct node *), HASH_FACTOR = 33 };

struct text text_of(const char *string)
{
	struct text text = {string, 0};

	while (string[text.length] != '\0')
		text.length++;
	return text;
}

struct text take_name(struct text *path)
{
	const char *at = path->bytes, *end = at + path->length;

	while (at < end && *at == '/')
		at++;
	struct text name = {at, 0};
	while (at < end && *at != '/')
		at++;
	name.length = (size_t)(at - name.bytes);
	*path = (struct text){at, (size_t)(end - at)};
	return name;
}

struct node **tree_bucket(const struct tree *tree, const struct node *parent, struct text name)
{
	uint32_t hash = parent->number;

	for (size_t i = 0; i < name.length; i++)
		hash = hash * HASH_FACTOR + (uint8_t)name.bytes[i];
	return &tree->buckets[hash % BUCKETS];
}

static bool has_name(const struct node *node, struct text name)
{
	if (node->name_length != name.length)
		return false;
	for (size_t i = 0; i < name.length; i++)
		if (node->name[i] != name.bytes[i])
			return false;
	return true;
}

struct node *tree_child(struct node *chain, const struct node *parent, struct text name)
{
	while (chain != NULL && (chain->parent != parent || !has_name(chain, name)))
		chain = chain->same_hash;
	return chain;
}

/* ---- paths ---- */

/* Rests of paths that wait for the target of the link in front of them. */
struct walk {
	struct text rests[TREE_LINKS_MAX + 1];
	unsigned depth, links;
	bool want_directory; /* a slash follows the last name */
};

/* The next name, from the innermost rest that has one; empty at the end. */
static struct text next_name(struct walk *walk)
{
	for (;;) {
		struct text *rest = &walk->rests[walk->depth];
		bool slash = rest->length > 0 && *rest->bytes == '/';
		struct text name = take_name(rest);
		if (name.length > 0) {
			walk->want_directory = false;
			return name;
		}
		walk->want_directory |= slash;
		if (walk->depth == 0)
			return name;
		walk->depth--;
	}
}

static bool at_end(const struct walk *walk)
{
	return walk->depth == 0 && walk->rests[0].length == 0;
}

/* Goes on with the target of a link, from `*node`, the directory the link is in. */
static enum tree_result follow(struct walk *walk, const struct tree *tree, const struct node *link, struct node *self,
			       struct node **node)
{
	if (++walk->links > TREE_LINKS_MAX)
		return TREE_LOOP;
	if (node_is_self_link(link)) {
		if (self == NULL)
			return TREE_MISSING;
		*node = self;
		return TREE_FOUND;
	}
	if (link->size == 0)
		return TREE_MISSING;
	walk->rests[++walk->depth] = (struct text){(const char *)link->data, link->size};
	if (link->data[0] == '/')
		*node = tree->root;
	return TREE_FOUND;
}

enum tree_result tree_walk(const struct tree *tree, const struct walker *walker, const char *path, struct node **found)
{
	struct walk walk; /* not all of it need be cleared */
	struct node *node = *path == '/' ? tree->root : walker->directory;

	if (*path == '\0')
		return TREE_MISSING;
	walk.rests[0] = text_of(path);
	walk.depth = walk.links = 0;
	walk.want_directory = false;
	for (struct text name; (name = next_name(&walk)).length > 0;) {
		if (!node_is_directory(node))
			return TREE_NOT_DIRECTORY;
		if (name.length > TREE_NAME_MAX)
			return TREE_NAME_TOO_LONG;
		if (is_dots(name, 1))
			continue;
		struct node *child =
			is_dots(name, 2) ? node->parent : tree_child(*tree_bucket(tree, node, name), node, name);
		if (child == NULL)
			return TREE_MISSING;
		if ((child->mode & MODE_TYPE) != MODE_LINK || (at_end(&walk) && !walker->follow)) {
			node = child;
			continue;
		}
		enum tree_result result = follow(&walk, tree, child, walker->self, &node);
		if (result != TREE_FOUND)
			return result;
	}
	if (walk.want_directory && !node_is_directory(node))
		return TREE_NOT_DIRECTORY;
	*found = node;
	return TREE_FOUND;
}

char *tree_path(const struct node *node, char *buffer, size_t size)
{
	char *at = buffer + size;

	if (size < sizeof("/"))
		return NULL;
	*--at = '\0';
	if (node->parent == node)
		*--at = '/';
	for (; node->parent != node; node = node->parent) {
		if ((size_t)(at - buffer) < node->name_length + 1UL)
			return NULL;
		at -= node->name_length;
		for (uint32_t i = 0; i < node->name_length; i++)
			at[i] = node->name[i];
		*--at = '/';
	}
	return at;
}
