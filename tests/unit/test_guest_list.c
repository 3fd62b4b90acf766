/* SPDX-License-Identifier: MIT */
/* Unit tests of the kernel's lists: order, insertion in the middle, removal from every place, and removal twice. */
#include "kernel/lib/list.h"

#include <criterion/criterion.h>
#include <string.h>

struct member {
	char name; /* before `place`, so that list_entry has to subtract an offset */
	struct list place;
};

enum { MEMBERS = 4 };

static struct list head;
static struct member members[MEMBERS];

static void setup(void)
{
	list_init(&head);
	for (int i = 0; i < MEMBERS; i++) {
		members[i].name = (char)('a' + i);
		list_init(&members[i].place);
	}
}

TestSuite(guest_list, .init = setup);

static void append(const char *names)
{
	for (; *names != '\0'; names++)
		list_append(&head, &members[*names - 'a'].place);
}

/* Walks the list in both directions, so that a wrong `previous` is noticed as well. */
static void check(const char *expected)
{
	char forward[2 * MEMBERS + 1] = "", backward[2 * MEMBERS + 1] = "";
	size_t count = 0, length = strlen(expected);

	list_for_each(place, &head)
	{
		cr_assert_lt(count, 2 * MEMBERS, "the list does not end");
		forward[count++] = list_entry(place, struct member, place)->name;
	}
	cr_assert_str_eq(forward, expected);
	cr_assert_eq(list_empty(&head), length == 0);
	count = length;
	for (struct list *place = head.previous; place != &head; place = place->previous) {
		cr_assert_gt(count, 0, "the list does not end");
		backward[--count] = list_entry(place, struct member, place)->name;
	}
	cr_assert_str_eq(backward, expected);
}

Test(guest_list, a_fresh_list_is_empty)
{
	check("");
}

Test(guest_list, appends_in_order)
{
	append("a");
	check("a");
	append("bcd");
	check("abcd");
}

Test(guest_list, takes_from_the_front_first)
{
	append("abc");
	for (char expected = 'a'; expected <= 'c'; expected++) {
		struct member *first = list_entry(head.next, struct member, place);
		cr_assert_eq(first->name, expected);
		list_remove(&first->place);
	}
	check("");
}

Test(guest_list, inserts_in_front_of_a_member)
{
	append("ac");
	list_insert(&members[2].place, &members[1].place);
	check("abc");
	list_insert(head.next, &members[3].place);
	check("dabc");
}

Test(guest_list, removes_from_every_place)
{
	append("abcd");
	list_remove(&members[1].place);
	check("acd");
	list_remove(&members[0].place);
	check("cd");
	list_remove(&members[3].place);
	check("c");
	list_remove(&members[2].place);
	check("");
}

Test(guest_list, removed_members_are_on_no_list)
{
	append("ab");
	list_remove(&members[0].place);
	cr_assert(list_empty(&members[0].place));
	cr_assert_not(list_empty(&members[1].place));
}

Test(guest_list, removal_twice_is_harmless)
{
	append("abc");
	list_remove(&members[1].place);
	list_remove(&members[1].place);
	check("ac");
	/* A second removal changes nothing, even after the old neighbours were removed or moved. */
	list_remove(&members[0].place);
	append("a");
	list_remove(&members[1].place);
	check("ca");
}

Test(guest_list, removal_of_what_was_never_listed_is_harmless)
{
	append("a");
	list_remove(&members[3].place);
	check("a");
	list_remove(&head);
	cr_assert(list_empty(&members[0].place));
}

Test(guest_list, members_move_between_lists)
{
	struct list other;

	list_init(&other);
	append("abc");
	list_remove(&members[1].place);
	list_append(&other, &members[1].place);
	check("ac");
	cr_assert_eq(other.next, &members[1].place);
	cr_assert_eq(other.previous, &members[1].place);
	list_remove(&members[1].place);
	cr_assert(list_empty(&other));
	append("b");
	check("acb");
}
