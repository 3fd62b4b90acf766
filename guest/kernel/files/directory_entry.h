/* SPDX-License-Identifier: MIT */
/* An entry of a directory as getdents64(2) returns it: for the directories of archive.c and of the room tmp/. */
#ifndef GUEST_KERNEL_FILES_DIRECTORY_ENTRY_H
#define GUEST_KERNEL_FILES_DIRECTORY_ENTRY_H

#include <stdint.h>

#include "kernel/lib/tree.h"
#include "kernel/memory/bytes_and_strings.h"

/* A name with its NUL follows, padded so that the next entry is aligned. */
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

/* Positions in a directory: 0 is ".", 1 is "..", and the children follow. */
enum { DOT, DOT_DOT, FIRST_CHILD };

static inline void name_entry(struct entry *entry, const struct node *node, const char *name, uint64_t length)
{
	uint64_t size = (sizeof(entry->header) + length + 1 + ENTRY_ALIGNMENT - 1) & ~(ENTRY_ALIGNMENT - 1UL);

	entry->header.number = node->number;
	entry->header.length = (uint16_t)size;
	entry->header.type = (uint8_t)((node->mode & MODE_TYPE) >> TYPE_SHIFT);
	memcpy(entry->name, name, length);
	memset(entry->name + length, 0, size - sizeof(entry->header) - length);
}

#endif
