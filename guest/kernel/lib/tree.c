/* SPDX-License-Identifier: MIT */
/* The directory tree of an archive: names and how they are looked up, making the tree, walking it. */
#include "kernel/lib/tree.h"

enum { MODE_IMPLIED_DIRECTORY = MODE_DIRECTORY | 0755 };
/* The first place of a page is not given out: there same_hash leads to the page that was taken before. */
enum { NODES_PER_PAGE = PAGE_SIZE / sizeof(struct node) - 1 };
enum { ENTRIES = PAGE_SIZE / sizeof(void *), NAMES_PER_BUCKET = 1, HASH_FACTOR = 33 };

/* ---- names ---- */

/* A path, a rest of one, or a name in one: bytes without a NUL behind them. */
struct text {
	const char *bytes;
	size_t length;
};

static struct text text_of(const char *string)
{
	struct text text = {string, 0};

	while (string[text.length] != '\0')
		text.length++;
	return text;
}

/* Takes the next name off a path, and the slashes before it; an empty name when there is none left. */
static struct text take_name(struct text *path)
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

/* Whether a name is "." (count 1) or ".." (count 2). */
static bool is_dots(struct text name, size_t count)
{
	return name.length == count && name.bytes[0] == '.' && name.bytes[count - 1] == '.';
}

/* Where the chain begins on which a name of a directory is. */
static struct node **bucket_of(const struct tree *tree, const struct node *parent, struct text name)
{
	uint32_t hash = parent->number;

	for (size_t i = 0; i < name.length; i++)
		hash = hash * HASH_FACTOR + (uint8_t)name.bytes[i];
	hash &= tree->bucket_count - 1;
	return &tree->bucket_pages[hash / ENTRIES][hash % ENTRIES];
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

/* The node of that name on the chain; NULL if there is none. */
static struct node *child_named(struct node *chain, const struct node *parent, struct text name)
{
	while (chain != NULL && (chain->parent != parent || !has_name(chain, name)))
		chain = chain->same_hash;
	return chain;
}

/* ---- making the tree ---- */

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
		struct node *page = zeroed_page(tree->pages);
		if (page == NULL)
			return NULL;
		page->same_hash = tree->last_page;
		tree->last_page = page;
		tree->fresh = page + 1;
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

/* Makes pages of buckets until each has few names, or there is no place for more. */
static bool make_buckets(struct tree *tree, uint64_t names)
{
	uint64_t count = 1;

	while (count < ENTRIES && count * ENTRIES * NAMES_PER_BUCKET < names)
		count *= 2;
	tree->bucket_pages = zeroed_page(tree->pages);
	if (tree->bucket_pages == NULL)
		return false;
	for (uint64_t i = 0; i < count; i++) {
		tree->bucket_pages[i] = zeroed_page(tree->pages);
		if (tree->bucket_pages[i] == NULL)
			return false;
	}
	tree->bucket_count = (uint32_t)(count * ENTRIES);
	return true;
}

bool tree_init(struct tree *tree, struct pages *pages, uint64_t names)
{
	*tree = (struct tree){.pages = pages, .last_cookie = TREE_FIRST_COOKIE - 1};
	list_init(&tree->linked);
	if (!make_buckets(tree, names))
		return false;
	tree->root = new_node(tree, MODE_IMPLIED_DIRECTORY);
	if (tree->root == NULL)
		return false;
	tree->root->parent = tree->root;
	return true;
}

static void put_page(struct pages *pages, const void *address)
{
	pages_put(pages, (uint64_t)((const char *)address - pages->direct) >> PAGE_SHIFT);
}

void tree_free(struct tree *tree)
{
	for (struct node *page = tree->last_page, *before; page != NULL; page = before) {
		before = page->same_hash;
		put_page(tree->pages, page);
	}
	for (unsigned i = 0; tree->bucket_pages != NULL && i < ENTRIES && tree->bucket_pages[i] != NULL; i++)
		put_page(tree->pages, tree->bucket_pages[i]);
	if (tree->bucket_pages != NULL)
		put_page(tree->pages, tree->bucket_pages);
	*tree = (struct tree){0};
}

/* Links a node at the front of its bucket, where it is found before an older one of the same name. */
static void link_node(struct tree *tree, struct node **bucket, struct node *parent, struct node *node)
{
	node->cookie = ++tree->last_cookie;
	node->same_hash = *bucket;
	*bucket = node;
	node->parent = parent;
	list_append(&parent->children, &node->sibling);
}

static struct node *add(struct tree *tree, struct node **bucket, struct node *parent, struct text name, uint32_t mode)
{
	struct node *node = new_node(tree, mode);

	if (node == NULL)
		return NULL;
	node->name = name.bytes;
	node->name_length = (uint32_t)name.length;
	link_node(tree, bucket, parent, node);
	return node;
}

/* ---- one entry ---- */

enum outcome { ADDED, LEFT_OUT, OUT_OF_MEMORY };

/* Goes down to the directory of the last component and makes directories that are only implied by the path. */
static enum outcome find_place(struct tree *tree, struct text path, struct node **parent, struct text *last)
{
	*parent = tree->root;
	*last = take_name(&path);
	for (struct text next; (next = take_name(&path)).length > 0; *last = next) {
		if (is_dots(*last, 1))
			continue;
		if (last->length > TREE_NAME_MAX || is_dots(*last, 2))
			return LEFT_OUT;
		struct node **bucket = bucket_of(tree, *parent, *last), *child = child_named(*bucket, *parent, *last);
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
 * A file with several names has its contents at one of them; at which one depends on the program that wrote the archive
 * (cpio(5), "New ASCII Format"). One of the names is on tree->linked for all of them.
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
	struct node **bucket = bucket_of(tree, parent, name);
	struct node *old = name.length == 0 || is_dots(name, 1) ? parent : child_named(*bucket, parent, name);
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

int tree_load(struct tree *tree, const struct bytes *archive, size_t *position, unsigned *left_out, bool (*pause)(void))
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
		pause();
	}
	return result;
}

bool tree_add_from(struct tree *tree, const struct bytes *archive, const char *name)
{
	struct cpio_entry entry;

	return cpio_find(archive, name, &entry) == 1 && add_entry(tree, &entry) == ADDED;
}

/* ---- nodes that come from no archive ---- */

/*
 * Adds a node, unless there is something of that name, or on the way to it. *node is the new one, or NULL. False: out
 * of memory.
 */
static bool add_missing(struct tree *tree, const char *path, uint32_t mode, struct node **node)
{
	struct text name;
	struct node *parent;
	enum outcome outcome = find_place(tree, text_of(path), &parent, &name);

	*node = NULL;
	if (outcome != ADDED)
		return outcome == LEFT_OUT;
	struct node **bucket = bucket_of(tree, parent, name);
	if (child_named(*bucket, parent, name) != NULL)
		return true;
	*node = add(tree, bucket, parent, name, mode);
	return *node != NULL;
}

bool tree_add_special(struct tree *tree, const char *path, uint32_t mode, uint32_t device)
{
	struct node *node;
	bool done = add_missing(tree, path, mode, &node);

	if (node != NULL)
		node->device = device;
	return done;
}

bool tree_add_link(struct tree *tree, const char *path, const char *target)
{
	struct node *node;
	bool done = add_missing(tree, path, MODE_LINK | 0777, &node);

	if (node != NULL) {
		node->data = (const uint8_t *)target;
		node->size = text_of(target).length;
	}
	return done;
}

bool tree_add_self_link(struct tree *tree, const char *path)
{
	struct node *node;

	return add_missing(tree, path, MODE_LINK | 0777, &node);
}

bool tree_add_directory(struct tree *tree, const char *path)
{
	struct node *node;

	return add_missing(tree, path, MODE_IMPLIED_DIRECTORY, &node);
}

void tree_insert(struct tree *tree, struct node *parent, struct node *node)
{
	link_node(tree, bucket_of(tree, parent, (struct text){node->name, node->name_length}), parent, node);
}

void tree_remove(struct tree *tree, struct node *node)
{
	struct node **place = bucket_of(tree, node->parent, (struct text){node->name, node->name_length});

	while (*place != node)
		place = &(*place)->same_hash;
	*place = node->same_hash;
	node->same_hash = NULL;
	list_remove(&node->sibling);
}

struct node *tree_child(const struct tree *tree, const struct node *parent, const char *name, size_t length)
{
	struct text text = {name, length};

	return child_named(*bucket_of(tree, parent, text), parent, text);
}

/* ---- walking ---- */

/* A walk. The rest of a path waits here while the target of a link in front of it is followed. */
struct walk {
	struct text rests[TREE_LINKS_MAX + 1];
	unsigned depth, links;
	bool want_directory; /* a slash follows the last name */
};

/* The next name, from the innermost rest of a path that has one; empty at the end. */
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

/* Whether no name is left, only slashes, of which *slash tells. */
static bool only_slashes(const struct walk *walk, bool *slash)
{
	*slash = false;
	for (unsigned i = 0; i <= walk->depth; i++) {
		struct text rest = walk->rests[i];
		*slash |= rest.length > 0 && *rest.bytes == '/';
		if (take_name(&rest).length > 0)
			return false;
	}
	return true;
}

/* Goes on with the target of a link. `*node` is the directory of the link, from which a relative target begins. */
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

/* Notes the name that is looked up now, and whether it is the last one. */
static void note(struct walker *walker, const struct walk *walk, struct node *parent, struct text name)
{
	walker->parent = parent;
	walker->name = name.bytes;
	walker->name_length = name.length;
	walker->is_last = only_slashes(walk, &walker->has_slash);
}

enum tree_result tree_walk(const struct tree *tree, struct walker *walker, const char *path, struct node **found)
{
	struct walk walk; /* not all of it need be cleared */
	struct node *node = *path == '/' ? tree->root : walker->directory;

	walker->parent = NULL;
	walker->is_last = false;
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
		note(walker, &walk, node, name);
		if (is_dots(name, 1))
			continue;
		struct node *child =
			is_dots(name, 2) ? node->parent : child_named(*bucket_of(tree, node, name), node, name);
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
