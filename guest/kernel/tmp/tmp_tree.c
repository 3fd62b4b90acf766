/* SPDX-License-Identifier: MIT */
/* Making, renaming and removing what is in /tmp. */
#include "kernel/tmp/tmp_tree.h"

#include "kernel/devices/wall_clock.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/tmp/tmp_memory.h"

enum { NODE_SIZE = 128, FILE_SIZE = 128, NAME_CLASSES = 3 };
enum { PAGES_PER_NAME = 8 };

_Static_assert(sizeof(struct node) <= NODE_SIZE && sizeof(struct tmp_file) <= FILE_SIZE, "objects have room");

static struct objects nodes = OBJECTS_INIT_SIZE(nodes, &pages, NODE_SIZE);
static struct objects files = OBJECTS_INIT_SIZE(files, &pages, FILE_SIZE);
static struct objects names[NAME_CLASSES] = {
	OBJECTS_INIT_SIZE(names[0], &pages, 64),
	OBJECTS_INIT_SIZE(names[1], &pages, 128),
	OBJECTS_INIT_SIZE(names[2], &pages, 256),
};

static struct tree *tree;

static uint64_t name_count; /* nodes of /tmp, but /tmp itself */

/* ---- names, nodes, files ---- */

static struct objects *names_for(uint64_t length)
{
	struct objects *class = names;

	while (class->size < length)
		class ++;
	return class;
}

static char *copy_name(const struct place *place)
{
	char *name = tmp_object_get(names_for(place->length));

	if (name != NULL)
		memcpy(name, place->name, place->length);
	return name;
}

static void put_name(const char *name, uint64_t length)
{
	tmp_object_put(names_for(length), (void *)(uintptr_t)name);
}

static void put_file(struct tmp_file *file)
{
	if (--file->names > 0)
		return;
	tmp_pages_cut(&file->contents, 0);
	tmp_object_put(&files, file);
}

/* Frees nodes without users: this one, and the directories that nothing but this one has kept. */
void node_put(struct node *node)
{
	while (node != NULL && node->file != NULL && --node->users == 0) {
		struct node *parent = node->parent;
		put_file(node->file);
		put_name(node->name, node->name_length);
		tmp_object_put(&nodes, node);
		name_count--;
		node = parent;
	}
}

void tmp_touch(struct tmp_file *file, unsigned which)
{
	uint64_t now = wall_clock_now();

	file->times[which] = now;
	if (which == TIME_MODIFICATION)
		file->times[TIME_CHANGE] = now;
}

uint64_t tmp_names_max(void)
{
	return pages.limit / PAGES_PER_NAME;
}

uint64_t tmp_names_used(void)
{
	return name_count;
}

/* ---- the tree ---- */

/* Puts a node in the directory of a place, which the node keeps, and under its name, which it takes over. */
static void enter(struct node *node, const struct place *place, char *name)
{
	struct tmp_file *directory = place->parent->file;

	node->name = name;
	node->name_length = place->length;
	node_hold(place->parent);
	tree_insert(tree, place->parent, node);
	directory->links += node_is_directory(node);
	tmp_touch(directory, TIME_MODIFICATION);
}

/* Takes a node out of its directory. It still keeps the directory, because its parent is asked for. */
static void leave(struct node *node)
{
	struct tmp_file *directory = node->parent->file;

	tree_remove(tree, node);
	directory->links -= node_is_directory(node);
	tmp_touch(directory, TIME_MODIFICATION);
}

/* Makes a node for a file at a place. */
static int add(const struct place *place, struct tmp_file *file, uint32_t number, struct node **made)
{
	struct node *node = name_count >= tmp_names_max() ? NULL : tmp_object_get(&nodes);
	char *name = node == NULL ? NULL : copy_name(place);

	if (name == NULL) {
		if (node != NULL)
			tmp_object_put(&nodes, node);
		return -ENOSPC;
	}
	list_init(&node->children);
	list_init(&node->sibling);
	node->file = file;
	node->mode = file->mode;
	node->number = number;
	node->users = 1;
	file->names++;
	file->links++;
	name_count++;
	enter(node, place, name);
	*made = node;
	return 0;
}

/* Whether something can be made in a directory. A directory that was removed takes nothing more. */
static int check_directory(const struct node *directory)
{
	if (directory->file == NULL)
		return -EROFS;
	return directory->file->links == 0 ? -ENOENT : 0;
}

int tmp_make(const struct place *place, uint32_t mode, struct node **made)
{
	int error = check_directory(place->parent);
	struct tmp_file *file = error != 0 ? NULL : tmp_object_get(&files);

	if (file == NULL)
		return error != 0 ? error : -ENOSPC;
	file->mode = mode;
	file->links = (mode & MODE_TYPE) == MODE_DIRECTORY ? 1 : 0;
	file->times[TIME_ACCESS] = file->times[TIME_MODIFICATION] = file->times[TIME_CHANGE] = wall_clock_now();
	error = add(place, file, ++tree->count, made);
	if (error != 0)
		tmp_object_put(&files, file);
	return error;
}

int tmp_make_link(const struct place *place, const char *target, uint64_t length)
{
	struct node *node;
	int error = tmp_make(place, MODE_LINK | 0777, &node);

	if (error != 0)
		return error;
	char *text = tmp_page_make(&node->file->contents, 0);
	if (text == NULL) {
		tmp_remove(node);
		return -ENOSPC;
	}
	memcpy(text, target, length);
	node->data = (const uint8_t *)text;
	node->size = node->file->size = length;
	return 0;
}

int tmp_add_name(const struct place *place, struct node *node)
{
	struct node *made;
	int error = check_directory(place->parent);

	if (error != 0 || node->file == NULL)
		return error != 0 ? error : -EXDEV;
	if (node_is_directory(node))
		return -EPERM;
	if (node->file->links == 0)
		return -ENOENT;
	error = add(place, node->file, node->number, &made);
	if (error != 0)
		return error;
	made->data = node->data;
	made->size = node->size;
	tmp_touch(node->file, TIME_CHANGE);
	return 0;
}

static bool is_mount(const struct node *node)
{
	return node->parent->file == NULL;
}

/* Whether a node may leave its directory. */
static int check_removal(const struct node *node)
{
	if (node->file == NULL)
		return -EROFS;
	return is_mount(node) ? -EBUSY : 0;
}

int tmp_remove(struct node *node)
{
	int error = check_removal(node);

	if (error != 0)
		return error;
	if (!list_empty(&node->children))
		return -ENOTEMPTY;
	leave(node);
	if (node_is_directory(node))
		node->file->links = 0;
	else
		node->file->links--;
	tmp_touch(node->file, TIME_CHANGE);
	node_put(node);
	return 0;
}

static bool is_within(const struct node *node, const struct node *directory)
{
	while (node != directory && node->parent != node)
		node = node->parent;
	return node == directory;
}

/* Whether `node` may take the place of `old`. */
static int check_replacement(const struct node *node, const struct node *old)
{
	int error = check_removal(old);

	if (error != 0)
		return error;
	if (node_is_directory(node) && !node_is_directory(old))
		return -ENOTDIR;
	if (!node_is_directory(node) && node_is_directory(old))
		return -EISDIR;
	return list_empty(&old->children) ? 0 : -ENOTEMPTY;
}

int tmp_rename(struct node *node, const struct place *place, struct node *old)
{
	struct node *before = node->parent;
	int error = check_removal(node);

	if (error == 0)
		error = check_directory(place->parent);
	if (error == -EROFS)
		return node->file == NULL && place->parent->file == NULL ? -EROFS : -EXDEV;
	if (error != 0)
		return error;
	if (is_within(place->parent, node))
		return -EINVAL;
	if (old != NULL && old->file == node->file)
		return 0;
	if (old != NULL && is_within(node, old))
		return -ENOTEMPTY;
	error = old == NULL ? 0 : check_replacement(node, old);
	if (error != 0)
		return error;
	char *name = copy_name(place);
	if (name == NULL)
		return -ENOSPC;
	if (old != NULL)
		tmp_remove(old);
	leave(node);
	put_name(node->name, node->name_length);
	enter(node, place, name);
	tmp_touch(node->file, TIME_CHANGE);
	node_put(before);
	return 0;
}

/* ---- sizes ---- */

int tmp_set_size(struct tmp_file *file, uint64_t size)
{
	if (size > TMP_SIZE_MAX)
		return -EFBIG;
	if (size < file->size) {
		uint64_t offset = size % PAGE_SIZE;
		char *last = offset == 0 ? NULL : tmp_page_find(&file->contents, size / PAGE_SIZE);
		if (last != NULL)
			memset(last + offset, 0, PAGE_SIZE - offset);
		tmp_pages_cut(&file->contents, (size + PAGE_SIZE - 1) / PAGE_SIZE);
	}
	file->size = size;
	tmp_touch(file, TIME_MODIFICATION);
	return 0;
}

/* ---- /tmp ---- */

bool tmp_mount(struct tree *whole)
{
	static struct tmp_file root = {.mode = MODE_DIRECTORY | 01777, .names = 1, .links = 2};
	if (!tree_add_directory(whole, "tmp"))
		return false;
	struct node *node = tree_child(whole, whole->root, "tmp", strlen("tmp"));
	if (!node_is_directory(node))
		return true;
	tree = whole;
	root.times[TIME_ACCESS] = root.times[TIME_MODIFICATION] = root.times[TIME_CHANGE] = 0;
	list_for_each(place, &node->children) root.links += node_is_directory(list_entry(place, struct node, sibling));
	node->mode = root.mode;
	node->file = &root;
	node->users = 1;
	return true;
}
