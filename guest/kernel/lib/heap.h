/* SPDX-License-Identifier: MIT */
/*
 * A priority queue, threaded through the structures it holds: the scheduler keeps its timeouts in one, by their
 * time. It is a leftist tree (Knuth, TAOCP vol. 3, 5.2.3): the first place is known, and inserting or removing any
 * place takes O(log n) time.
 */
#ifndef GUEST_KERNEL_LIB_HEAP_H
#define GUEST_KERNEL_LIB_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* A place in a structure; all zeros while it is in no heap. */
struct heap_place {
	uint64_t key;
	struct heap_place *left, *right, *parent;
	uint32_t rank; /* places on the shortest way down to a missing child; 0: in no heap */
};

struct heap {
	struct heap_place *first; /* the place with the smallest key; NULL: the heap is empty */
};

#define heap_entry(place, type, member) ((type *)(void *)((char *)(place)-offsetof(type, member)))

void heap_insert(struct heap *heap, struct heap_place *place, uint64_t key);

/* Does nothing if the place is in no heap. */
void heap_remove(struct heap *heap, struct heap_place *place);

#endif
