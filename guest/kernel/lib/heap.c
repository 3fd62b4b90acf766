/* SPDX-License-Identifier: MIT */
/* Leftist trees: each path of right children has at most log2(n + 1) places, and all work goes along such paths. */
#include "kernel/lib/heap.h"

static uint32_t rank_of(const struct heap_place *place)
{
	return place == NULL ? 0 : place->rank;
}

/* Puts the deeper child on the left. */
static void set_rank(struct heap_place *place)
{
	if (rank_of(place->left) < rank_of(place->right)) {
		struct heap_place *left = place->left;
		place->left = place->right;
		place->right = left;
	}
	place->rank = rank_of(place->right) + 1;
}

/* Makes one tree of two. The recursion is as deep as the paths of right children are long. */
static struct heap_place *meld(struct heap_place *a, struct heap_place *b)
{
	if (a == NULL || b == NULL)
		return a == NULL ? b : a;
	if (b->key < a->key)
		return meld(b, a);
	a->right = meld(a->right, b);
	a->right->parent = a;
	set_rank(a);
	return a;
}

void heap_insert(struct heap *heap, struct heap_place *place, uint64_t key)
{
	*place = (struct heap_place){.key = key, .rank = 1};
	heap->first = meld(heap->first, place);
}

void heap_remove(struct heap *heap, struct heap_place *place)
{
	struct heap_place *parent = place->parent, *rest;

	if (place->rank == 0)
		return;
	rest = meld(place->left, place->right);
	if (rest != NULL)
		rest->parent = parent;
	if (parent == NULL)
		heap->first = rest;
	else if (parent->left == place)
		parent->left = rest;
	else
		parent->right = rest;
	*place = (struct heap_place){0};
	for (uint32_t before; parent != NULL; parent = parent->parent) {
		before = parent->rank;
		set_rank(parent);
		if (parent->rank == before) /* so the ranks above do not change */
			return;
	}
}
