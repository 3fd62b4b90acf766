/* SPDX-License-Identifier: MIT */
/* Doubly linked lists, threaded through the structures they hold: run queues, children, waiting processes. */
#ifndef GUEST_KERNEL_LIB_LIST_H
#define GUEST_KERNEL_LIB_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* A list's head, and a place in a structure that can be on one list at a time. */
struct list {
	struct list *next, *previous;
};

#define list_entry(place, type, member) ((type *)(void *)((char *)(place)-offsetof(type, member)))

#define list_for_each(place, head) for (struct list *place = (head)->next; place != (head); place = place->next)

static inline void list_init(struct list *list)
{
	list->next = list->previous = list;
}

static inline bool list_empty(const struct list *list)
{
	return list->next == list;
}

/* Puts `place` in front of `before`. In front of the head is the end of the list. */
static inline void list_insert(struct list *before, struct list *place)
{
	place->next = before;
	place->previous = before->previous;
	before->previous->next = place;
	before->previous = place;
}

static inline void list_append(struct list *head, struct list *place)
{
	list_insert(head, place);
}

/* Takes `place` off its list. Does nothing if it is on none. */
static inline void list_remove(struct list *place)
{
	place->next->previous = place->previous;
	place->previous->next = place->next;
	list_init(place);
}

/* Moves all places of `from`, in their order, to the end of `to`. */
static inline void list_splice(struct list *to, struct list *from)
{
	if (list_empty(from))
		return;
	from->next->previous = to->previous;
	to->previous->next = from->next;
	from->previous->next = to;
	to->previous = from->previous;
	list_init(from);
}

#endif
