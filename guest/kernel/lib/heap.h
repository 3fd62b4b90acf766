/* SPDX-License-Identifier: MIT */
/*
 * A queue by key, threaded through the structures it holds: who sleeps, by when to wake. It is a leftist tree
 * (Knuth, TAOCP vol. 3, 5.2.3): the first is known, and putting in and taking out whichever takes O(log n).
 */
#ifndef GUEST_KERNEL_LIB_HEAP_H
#define GUEST_KERNEL_LIB_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* A place in a structure; all zeros while it is in no heap. */
struct heap_place {
	uint64_t key;
	struct heap_place *left, *right, *parent;
	uint32_t rank; /* from here to the nearest missing child, the right one at the latest; 0: in no heap */
};

struct heap {
	struct heap_place *first; /* with the smallest key; NULL: nobody */
};

#define heap_entry(place, type, member) ((type *)(void *)((char *)(place)-offsetof(type, member)))

void heap_insert(struct heap *heap, struct heap_place *place, uint64_t key);

/* Harmless if it is in no heap. */
void heap_remove(struct heap *heap, struct heap_place *place);

#endif
