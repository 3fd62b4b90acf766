/* SPDX-License-Identifier: MIT */
/* Unit tests of the directory tree of an archive: which nodes its entries become, and where paths lead. */
#include "kernel/lib/tree.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpio_writer.h"

enum { PAGES = 64, ARCHIVE_SIZE = 65536 };

static struct pages pages;
static struct tree tree;
static char *memory, *archive;
static size_t length;
static unsigned left_out;
static uint64_t pages_at_start;

static void setup(void)
{
	memory = aligned_alloc(PAGE_SIZE, PAGES * PAGE_SIZE);
	archive = calloc(1, ARCHIVE_SIZE);
	length = 0;
	pages = (struct pages){0};
	pages_add(&pages, 1, PAGES);
	cr_assert(pages_start(&pages, memory));
	pages_at_start = pages.free;
	cr_assert(tree_init(&tree, &pages, 0));
}

static void teardown(void)
{
	free(memory);
	free(archive);
}

TestSuite(tree, .init = setup, .fini = teardown);

/* Adds an entry; with inode 0 the file has no other name. */
static void entry(const char *name, unsigned mode, const char *data, unsigned inode)
{
	cpio_append(archive, &length,
		    (struct cpio_member){
			    .name = name,
			    .data = data,
			    .size = strlen(data),
			    .inode = inode,
			    .mode = mode,
			    .links = inode == 0 ? 1 : 2,
			    .time = 7,
			    .device_major = 4,
			    .device_minor = 64,
		    });
}

static void file(const char *name, const char *data)
{
	entry(name, MODE_FILE | 0644, data, 0);
}

static bool no_pause(void)
{
	return false;
}

static int load_rest(void)
{
	size_t position;

	return tree_load(&tree, &(struct bytes){(const uint8_t *)archive, length}, &position, &left_out, no_pause);
}

static void load(void)
{
	entry("TRAILER!!!", 0, "", 0);
	cr_assert_eq(load_rest(), 0);
}

static enum tree_result walk(const char *path, bool follow, struct node **node)
{
	struct walker walker = {.directory = tree.root, .self = tree.root, .follow = follow};

	return tree_walk(&tree, &walker, path, node);
}

/* Returns the contents of the file at `path`, or a name of tree_result in brackets. */
static const char *at(const char *path)
{
	static const char *const results[] = {"", "[missing]", "[not directory]", "[loop]", "[name too long]"};
	static char contents[32];
	struct node *node;
	enum tree_result result = walk(path, true, &node);

	if (result != TREE_FOUND)
		return results[result];
	if (node_is_directory(node))
		return "[directory]";
	snprintf(contents, sizeof(contents), "%.*s", (int)node->size, (const char *)node->data);
	return contents;
}

#define LEADS(path, contents) cr_assert_str_eq(at(path), (contents), "%s leads to %s", (path), at(path))

Test(tree, plain_and_implied_directories)
{
	entry("etc", MODE_DIRECTORY | 0700, "", 0);
	file("etc/one", "1");
	file("./usr/share/doc/two", "22");
	file("/three", "333");
	load();
	cr_assert_eq(left_out, 0);
	LEADS("etc/one", "1");
	LEADS("/usr/share/doc/two", "22");
	LEADS("three", "333");
	LEADS("usr/share", "[directory]");
	LEADS("usr/share/", "[directory]");
	LEADS("/", "[directory]");
	LEADS("usr/two", "[missing]");
	LEADS("", "[missing]");
}

Test(tree, dots_and_slashes)
{
	file("a/b/c", "c");
	load();
	LEADS("a/./b//c", "c");
	LEADS("a/b/../b/c", "c");
	LEADS("../../a/b/c", "c");
	LEADS("a/b/..", "[directory]");
	LEADS("a/b/c/", "[not directory]");
	LEADS("a/b/c/..", "[not directory]");
	LEADS("a/b/c/d", "[not directory]");
	LEADS("a/x/..", "[missing]");
}

Test(tree, links)
{
	file("usr/bin/tool", "tool");
	entry("bin", MODE_LINK | 0777, "usr/bin", 0);
	entry("usr/bin/alias", MODE_LINK | 0777, "tool", 0);
	entry("usr/absolute", MODE_LINK | 0777, "/bin/alias", 0);
	entry("usr/up", MODE_LINK | 0777, "../usr/./bin/../bin/", 0);
	entry("usr/slash", MODE_LINK | 0777, "bin/tool/", 0);
	entry("dangling", MODE_LINK | 0777, "nowhere", 0);
	load();
	LEADS("bin/tool", "tool");
	LEADS("bin/alias", "tool");
	LEADS("usr/absolute", "tool");
	LEADS("usr/up/alias", "tool");
	LEADS("usr/up", "[directory]");
	LEADS("usr/absolute/", "[not directory]");
	LEADS("usr/slash", "[not directory]");
	LEADS("dangling", "[missing]");
	LEADS("bin/../..", "[directory]");

	struct node *node;
	cr_assert_eq(walk("bin", false, &node), TREE_FOUND);
	cr_assert_eq(node->mode & MODE_TYPE, MODE_LINK);
	cr_assert_eq(walk("bin/", false, &node), TREE_FOUND);
	cr_assert(node_is_directory(node), "a slash at the end follows the link");
	cr_assert_eq(walk("bin/alias", false, &node), TREE_FOUND);
	cr_assert_eq(node->mode & MODE_TYPE, MODE_LINK);
}

Test(tree, loops_end)
{
	entry("self", MODE_LINK | 0777, "self", 0);
	entry("ping", MODE_LINK | 0777, "pong/x", 0);
	entry("pong", MODE_LINK | 0777, "ping/y", 0);
	load();
	LEADS("self", "[loop]");
	LEADS("ping", "[loop]");
	LEADS("self/../self", "[loop]");
}

Test(tree, the_longest_chain_of_links)
{
	char name[16], target[16];

	file("0", "end");
	for (int i = 1; i <= TREE_LINKS_MAX + 1; i++) {
		snprintf(name, sizeof(name), "%d", i);
		snprintf(target, sizeof(target), "%d", i - 1);
		entry(name, MODE_LINK | 0777, target, 0);
	}
	load();
	LEADS("40", "end");
	LEADS("41", "[loop]");
}

Test(tree, hard_links_share_contents_wherever_they_are)
{
	const char *const names[] = {"a", "b", "c"};

	for (int data_at = 0; data_at < 3; data_at++) {
		teardown();
		setup();
		for (int i = 0; i < 3; i++)
			entry(names[i], MODE_FILE | 0755, i == data_at ? "shared" : "", 77);
		entry("other", MODE_FILE | 0755, "other", 78);
		load();
		for (int i = 0; i < 3; i++)
			LEADS(names[i], "shared");
		LEADS("other", "other");
		struct node *a, *c;
		cr_assert_eq(walk("a", true, &a) + walk("c", true, &c), 0);
		cr_assert_eq(a->number, c->number);
	}
}

Test(tree, the_last_of_equal_names_wins)
{
	file("x", "first");
	file("x", "second");
	entry("empty", MODE_DIRECTORY | 0755, "", 0);
	file("empty", "was a directory");
	load();
	cr_assert_eq(left_out, 0);
	LEADS("x", "second");
	LEADS("empty", "was a directory");
	unsigned count = 0;
	list_for_each(place, &tree.root->children) count++;
	cr_assert_eq(count, 2);
}

Test(tree, what_cannot_be_is_left_out)
{
	char long_name[400];

	memset(long_name, 'n', sizeof(long_name));
	long_name[300] = '\0';
	file("d/inside", "in");
	file("d", "a file in place of a full directory");
	file("../escape", "e");
	file("d/../escape", "e");
	file("d/..", "e");
	file("d/inside/below", "below a file");
	file(long_name, "n");
	entry(".", MODE_DIRECTORY | 0711, "", 0);
	entry("no-type", 0644, "", 0);
	file("", "no name");
	file("good", "good");
	load();
	cr_assert_eq(left_out, 8);
	cr_assert_eq(tree.root->mode, MODE_DIRECTORY | 0711);
	LEADS("d/inside", "in");
	LEADS("escape", "[missing]");
	LEADS("good", "good");
	LEADS(long_name, "[name too long]");
}

Test(tree, a_damaged_archive_gives_what_came_before)
{
	file("good", "good");
	size_t good = length, position;
	file("bad", "bad");
	archive[good + 3] = 'x';
	cr_assert_eq(
		tree_load(&tree, &(struct bytes){(const uint8_t *)archive, length}, &position, &left_out, no_pause),
		-1);
	cr_assert_eq(position, good);
	LEADS("good", "good");
	LEADS("bad", "[missing]");
}

Test(tree, out_of_memory)
{
	while (pages_get(&pages) != 0)
		;
	for (unsigned i = 0; i < PAGE_SIZE / sizeof(struct node); i++) {
		char name[16];
		snprintf(name, sizeof(name), "%u", i);
		file(name, "");
	}
	entry("TRAILER!!!", 0, "", 0);
	cr_assert_eq(load_rest(), -2);
}

Test(tree, devices)
{
	struct node *node;

	file("dev/zero", "mine");
	entry("dev/fifth", MODE_CHARACTER | 0600, "", 0);
	load();
	cr_assert(tree_add_special(&tree, "dev/null", MODE_CHARACTER | 0666, device_number(1, 3)));
	cr_assert(tree_add_special(&tree, "dev/zero", MODE_CHARACTER | 0666, device_number(1, 5)));
	cr_assert_eq(walk("/dev/null", true, &node), TREE_FOUND);
	cr_assert_eq(node->mode, MODE_CHARACTER | 0666);
	cr_assert_eq(node->device, 0x103);
	LEADS("dev/zero", "mine");
	cr_assert_eq(walk("/dev/fifth", true, &node), TREE_FOUND);
	cr_assert_eq(node->device, device_number(4, 64));
	file("good", "");
	cr_assert(tree_add_special(&tree, "dev/zero/x", MODE_CHARACTER, 0), "what is in the way stays");
	cr_assert_eq(walk("/dev/zero", true, &node), TREE_FOUND);
	cr_assert_not(node_is_directory(node));
}

Test(tree, added_links)
{
	file("dev/null", "n");
	file("taken", "t");
	load();
	cr_assert(tree_add_link(&tree, "dev/nil", "null"));
	cr_assert(tree_add_link(&tree, "taken", "dev/null"));
	LEADS("/dev/nil", "n");
	LEADS("/taken", "t");
}

/* Names are found whatever the size of the table, and children have rising cookies, also after a removal. */
Test(tree, many_names)
{
	enum { MANY = 1500 };
	static struct node nodes[MANY];
	static char names[MANY][8];
	struct node *directory;
	uint64_t cookie = 0;

	cr_assert(tree_init(&tree, &pages, 4 * MANY));
	cr_assert(tree_add_directory(&tree, "many"));
	directory = tree_child(&tree, tree.root, "many", 4);
	for (unsigned i = 0; i < MANY; i++) {
		nodes[i].name_length = (uint32_t)snprintf(names[i], sizeof(names[i]), "n%u", i);
		nodes[i].name = names[i];
		tree_insert(&tree, directory, &nodes[i]);
	}
	for (unsigned i = 0; i < MANY; i += 2)
		tree_remove(&tree, &nodes[i]);
	tree_insert(&tree, directory, &nodes[0]);
	for (unsigned i = 1; i < MANY; i++) {
		struct node *wanted = i % 2 ? &nodes[i] : NULL;
		cr_assert_eq(tree_child(&tree, directory, names[i], nodes[i].name_length), wanted);
	}
	list_for_each(place, &directory->children)
	{
		cr_assert_gt(list_entry(place, struct node, sibling)->cookie, cookie);
		cookie = list_entry(place, struct node, sibling)->cookie;
	}
	cr_assert_eq(nodes[0].cookie, cookie);
}

Test(tree, the_link_to_oneself)
{
	struct node *tool, *found;
	struct walker walker = {.directory = tree.root, .follow = true};

	file("bin/tool", "tool");
	load();
	cr_assert(tree_add_self_link(&tree, "proc/self/exe"));
	cr_assert_eq(walk("bin/tool", true, &tool), TREE_FOUND);
	cr_assert_eq(tree_walk(&tree, &walker, "/proc/self/exe", &found), TREE_MISSING);
	walker.self = tool;
	cr_assert_eq(tree_walk(&tree, &walker, "/proc/self/exe", &found), TREE_FOUND);
	cr_assert_eq(found, tool);
	walker.follow = false;
	cr_assert_eq(tree_walk(&tree, &walker, "/proc/self/exe", &found), TREE_FOUND);
	cr_assert(node_is_self_link(found));
}

Test(tree, paths_of_nodes)
{
	char buffer[10];
	struct node *node;

	file("ab/cd/ef", "");
	load();
	cr_assert_eq(walk("ab/cd/ef", true, &node), TREE_FOUND);
	cr_assert_str_eq(tree_path(node, buffer, sizeof(buffer)), "/ab/cd/ef");
	cr_assert_null(tree_path(node, buffer, sizeof(buffer) - 1));
	cr_assert_str_eq(tree_path(tree.root, buffer, 2), "/");
	cr_assert_null(tree_path(tree.root, buffer, 1));
}

Test(tree, one_file_of_another_archive)
{
	file("other", "o");
	file("init", "i");
	entry("TRAILER!!!", 0, "", 0);
	const struct bytes cpio = {(const uint8_t *)archive, length};
	cr_assert(tree_add_from(&tree, &cpio, "init"));
	LEADS("init", "i");
	LEADS("other", "[missing]");
	cr_assert_not(tree_add_from(&tree, &cpio, "absent"));
}

Test(tree, gives_back_all_memory)
{
	int nodes = 0;

	/* Until memory is gone, as in a call that makes the tree then. */
	for (char path[16];
	     snprintf(path, sizeof(path), "dev/%d", nodes), tree_add_special(&tree, path, MODE_CHARACTER | 0666, 1);)
		nodes++;
	cr_assert_gt(nodes, PAGES);
	cr_assert_eq(pages.free, 0);
	tree_free(&tree);
	cr_assert_null(tree.root);
	cr_assert_eq(pages.free, pages_at_start);
	cr_assert(tree_init(&tree, &pages, 0));
}
