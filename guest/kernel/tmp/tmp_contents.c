/* SPDX-License-Identifier: MIT */
/* The tree of pages of a file. It grows at the root; a table goes when its last entry goes. */
#include "kernel/tmp/tmp_contents.h"

#include <stddef.h>

#include "kernel/lib/pages.h"
#include "kernel/tmp/tmp_memory.h"

enum { ENTRIES = 512, ENTRIES_SHIFT = 9 };

/* How many pages an entry of a table of that height stands for, as a power of two. */
static unsigned shift_of(uint32_t height)
{
	return (height - 1) * ENTRIES_SHIFT;
}

static bool is_within(const struct tmp_contents *contents, uint64_t index)
{
	return index >> (contents->height * ENTRIES_SHIFT) == 0;
}

char *tmp_page_find(const struct tmp_contents *contents, uint64_t index)
{
	void *at = is_within(contents, index) ? contents->root : NULL;

	for (uint32_t height = contents->height; height > 0 && at != NULL; height--)
		at = ((void **)at)[index >> shift_of(height) & (ENTRIES - 1)];
	return at;
}

/* Puts tables above the root until the tree has a place for the index. */
static bool grow(struct tmp_contents *contents, uint64_t index)
{
	while (!is_within(contents, index)) {
		void **table = contents->root == NULL ? NULL : tmp_page_get();
		if (table == NULL && contents->root != NULL)
			return false;
		if (table != NULL)
			table[0] = contents->root;
		contents->root = table;
		contents->height++;
	}
	return true;
}

char *tmp_page_make(struct tmp_contents *contents, uint64_t index)
{
	if (!grow(contents, index))
		return NULL;
	void **place = &contents->root;
	for (uint32_t height = contents->height; height > 0; height--) {
		if (*place == NULL)
			*place = tmp_page_get();
		if (*place == NULL)
			return NULL;
		place = (void **)*place + (index >> shift_of(height) & (ENTRIES - 1));
	}
	if (*place == NULL) {
		*place = tmp_page_get();
		contents->count += *place != NULL;
	}
	return *place;
}

/* Gives back the pages from `first` on, counted from the first page below. Whether nothing is left. */
static bool cut(struct tmp_contents *contents, void *at, uint32_t height, uint64_t first)
{
	bool empty = true;

	if (height == 0) {
		if (first > 0)
			return false;
		contents->count--;
		tmp_page_put(at);
		return true;
	}
	void **table = at;
	for (uint64_t i = 0; i < ENTRIES; i++) {
		uint64_t start = i << shift_of(height), next = (i + 1) << shift_of(height);
		if (table[i] == NULL)
			continue;
		if (next > first && cut(contents, table[i], height - 1, first > start ? first - start : 0))
			table[i] = NULL;
		else
			empty = false;
	}
	if (empty)
		tmp_page_put(table);
	return empty;
}

void tmp_pages_cut(struct tmp_contents *contents, uint64_t first)
{
	if (contents->root != NULL && cut(contents, contents->root, contents->height, first))
		contents->root = NULL;
	if (contents->root == NULL)
		contents->height = 0;
}
