/* SPDX-License-Identifier: MIT */
/*
 * Listing directories. The position of a child is its cookie, and children are in the order of their cookies; so a
 * program that removes what it lists misses nothing. An open directory keeps the child that comes next, so that each
 * call goes on where the last one ended, however many children there are.
 */
#include "kernel/files/directory.h"

#include "kernel/files/transfer.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/tree.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"
#include "kernel/tmp/tmp_tree.h"

/* Positions in a directory: ".", ".." and then the children. */
enum { DOT, DOT_DOT, FIRST_CHILD = TREE_FIRST_COOKIE };

/* An entry as getdents64(2) returns it: a name with its NUL follows, padded so that the next entry is aligned. */
struct entry_header {
	uint64_t number;
	int64_t next_position;
	uint16_t length;
	uint8_t type;
} __attribute__((packed));

enum { ENTRY_ALIGNMENT = 8, TYPE_SHIFT = 12 };

struct entry {
	struct entry_header header;
	char name[TREE_NAME_MAX + 1 + ENTRY_ALIGNMENT];
};

static void fill_entry(struct entry *entry, const struct node *node, const char *name, uint64_t length)
{
	uint64_t size = (sizeof(entry->header) + length + 1 + ENTRY_ALIGNMENT - 1) & ~(ENTRY_ALIGNMENT - 1UL);

	entry->header.number = node->number;
	entry->header.length = (uint16_t)size;
	entry->header.type = (uint8_t)((node->mode & MODE_TYPE) >> TYPE_SHIFT);
	memcpy(entry->name, name, length);
	memset(entry->name + length, 0, size - sizeof(entry->header) - length);
}

static struct node *node_of(struct list *place)
{
	return list_entry(place, struct node, sibling);
}

/* The child at the file's position or behind it. */
static struct list *next_child(const struct file *file)
{
	struct node *directory = file->node, *next = file->next;

	if (next != NULL && next->parent == directory && !list_empty(&next->sibling) && next->cookie == file->position)
		return &next->sibling;
	struct list *place = directory->children.next;
	while (place != &directory->children && node_of(place)->cookie < file->position)
		place = place->next;
	return place;
}

static void keep_next(struct file *file, struct list *place)
{
	struct node *next = place == &file->node->children ? NULL : node_of(place);

	node_hold(next);
	node_put(file->next);
	file->next = next;
}

/* Describes the entry at the file's position, which is the child at `place` unless it is "." or "..". */
static void describe(struct entry *entry, const struct file *file, struct list *place)
{
	const struct node *directory = file->node;

	entry->header.next_position = (int64_t)file->position + 1;
	if (file->position == DOT) {
		fill_entry(entry, directory, ".", 1);
	} else if (file->position == DOT_DOT) {
		fill_entry(entry, directory->parent, "..", 2);
	} else {
		const struct node *child = node_of(place);
		fill_entry(entry, child, child->name, child->name_length);
		bool is_last = place->next == &directory->children;
		entry->header.next_position = (int64_t)(is_last ? child->cookie + 1 : node_of(place->next)->cookie);
	}
}

static int64_t read_entries(struct file *file, uint64_t address, uint64_t size)
{
	struct list *place = next_child(file);
	struct transfer transfer = transfer_at(address);
	uint64_t done = 0;
	struct entry entry;
	int error = 0;

	while (file->position < FIRST_CHILD || place != &file->node->children) {
		describe(&entry, file, place);
		uint64_t length = entry.header.length;
		if (length > size - done) {
			error = -EINVAL;
			break;
		}
		if (transfer_to_user(&transfer, &entry, length) != length) {
			error = transfer.error;
			break;
		}
		if (file->position >= FIRST_CHILD)
			place = place->next;
		file->position = (uint64_t)entry.header.next_position;
		done += length;
	}
	keep_next(file, place);
	return transfer_result(done, error);
}

static int64_t read_directory(struct file *file, uint64_t address, uint64_t size, uint64_t *position)
{
	(void)file, (void)address, (void)size, (void)position;
	return -EISDIR;
}

const struct file_operations directory_operations = {.read = read_directory, .entries = read_entries, .seekable = true};
