/* SPDX-License-Identifier: MIT */
/* Unit tests of the kernel's heap: order, removal of any element, and a logarithmic number of steps. */
#include "kernel/lib/heap.h"

#include <criterion/criterion.h>

enum { MEMBERS = 4096, KEYS = 1000 };

static struct heap heap;
static struct heap_place places[MEMBERS];

static uint64_t random_key(void)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005UL + 1442695040888963407UL;
	return (state >> 33) % KEYS;
}

/* Checks the order, the back links and the ranks of a tree. Returns how many places it has. */
static unsigned check_tree(const struct heap_place *place, const struct heap_place *parent)
{
	if (place == NULL)
		return 0;
	const uint32_t left = place->left == NULL ? 0 : place->left->rank;
	const uint32_t right = place->right == NULL ? 0 : place->right->rank;

	cr_assert_eq(place->parent, parent);
	cr_assert(parent == NULL || parent->key <= place->key);
	cr_assert_geq(left, right);
	cr_assert_eq(place->rank, right + 1);
	return 1 + check_tree(place->left, place) + check_tree(place->right, place);
}

static void fill(uint64_t (*key)(void))
{
	for (unsigned i = 0; i < MEMBERS; i++)
		heap_insert(&heap, &places[i], key());
}

static uint64_t ascending(void)
{
	static uint64_t next;

	return next++;
}

static uint64_t descending(void)
{
	static uint64_t next = MEMBERS;

	return next--;
}

static void take_all(unsigned count)
{
	for (uint64_t last = 0; heap.first != NULL; count--) {
		cr_assert_geq(heap.first->key, last);
		last = heap.first->key;
		heap_remove(&heap, heap.first);
	}
	cr_assert_eq(count, 0);
}

Test(guest_heap, comes_out_in_order)
{
	fill(random_key);
	cr_assert_eq(check_tree(heap.first, NULL), MEMBERS);
	take_all(MEMBERS);
}

Test(guest_heap, whatever_order_it_came_in)
{
	fill(ascending);
	cr_assert_eq(check_tree(heap.first, NULL), MEMBERS);
	take_all(MEMBERS);
	fill(descending);
	cr_assert_eq(check_tree(heap.first, NULL), MEMBERS);
	take_all(MEMBERS);
}

Test(guest_heap, anybody_can_leave)
{
	unsigned left = MEMBERS;

	fill(random_key);
	for (unsigned i = 0; i < MEMBERS; i += 3, left--) {
		heap_remove(&heap, &places[i]);
		cr_assert_eq(places[i].rank, 0);
		if (i % 64 == 0)
			cr_assert_eq(check_tree(heap.first, NULL), left - 1);
	}
	cr_assert_eq(check_tree(heap.first, NULL), left);
	take_all(left);
}

Test(guest_heap, leaving_twice_is_harmless)
{
	heap_insert(&heap, &places[0], 1);
	heap_insert(&heap, &places[1], 2);
	heap_remove(&heap, &places[1]);
	heap_remove(&heap, &places[1]);
	cr_assert_eq(heap.first, &places[0]);
	cr_assert_eq(check_tree(heap.first, NULL), 1);
}
