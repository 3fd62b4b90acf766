/* SPDX-License-Identifier: MIT */
/*
 * The contents of a file in /tmp: pages, found by a tree of tables of 512 entries each. Pages that were never written
 * are not there and read as zeros. tmp_files.c and tmp_tree.c call these.
 */
#ifndef GUEST_KERNEL_TMP_TMP_CONTENTS_H
#define GUEST_KERNEL_TMP_TMP_CONTENTS_H

#include <stdbool.h>
#include <stdint.h>

struct tmp_contents {
	void *root;	 /* a page of the file if `height` is 0, else a table; NULL: no page is there */
	uint32_t height; /* levels of tables */
	uint64_t count;	 /* pages of the file that are there, without the tables */
};

/* The greatest size of a file: that of a tree with three levels of tables. */
#define TMP_SIZE_MAX (1UL << 39)

/* The page of that index (position / PAGE_SIZE); NULL if it is not there. */
char *tmp_page_find(const struct tmp_contents *contents, uint64_t index);

/* The same, but makes a page of zeros if there is none. NULL: /tmp is full. */
char *tmp_page_make(struct tmp_contents *contents, uint64_t index);

/* Gives back the pages from that index on. */
void tmp_pages_cut(struct tmp_contents *contents, uint64_t first);

#endif
