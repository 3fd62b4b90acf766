/* SPDX-License-Identifier: MIT */
/* Each page has a header, which knows the free places of the page, and the objects behind it. */
#include "kernel/lib/objects.h"

/* The header of a page takes the first place of the page. */
struct header {
	struct list place;
	uint64_t used; /* bit n: place n is taken; bit 0 is this header's */
};

#define HEADER_ONLY 1UL

_Static_assert(sizeof(struct header) <= OBJECT_SIZE, "the header fits a place");
_Static_assert(OBJECTS_PER_PAGE + 1 == 64, "a page has as many places as a word has bits");

/* The `used` of a page without free places. */
static uint64_t full(const struct objects *objects)
{
	return UINT64_MAX >> (64 - PAGE_SIZE / objects->size);
}

static struct header *fresh_page(struct objects *objects)
{
	uint64_t frame = pages_get(objects->pages);

	if (frame == 0)
		return NULL;
	struct header *header = pages_address(objects->pages, frame);
	header->used = HEADER_ONLY;
	list_append(&objects->with_room, &header->place);
	return header;
}

void *objects_get(struct objects *objects)
{
	struct header *header = list_empty(&objects->with_room)
					? fresh_page(objects)
					: list_entry(objects->with_room.next, struct header, place);

	if (header == NULL)
		return NULL;
	unsigned place = (unsigned)__builtin_ctzl(~header->used);
	header->used |= 1UL << place;
	if (header->used == full(objects))
		list_remove(&header->place);
	uint64_t *words = (uint64_t *)((char *)header + place * objects->size);
	for (unsigned i = 0; i < objects->size / sizeof(*words); i++)
		words[i] = 0;
	return words;
}

void objects_put(struct objects *objects, void *object)
{
	struct header *header = (struct header *)((uintptr_t)object & ~(PAGE_SIZE - 1));
	unsigned place = (unsigned)(((uintptr_t)object - (uintptr_t)header) / objects->size);

	if (header->used == full(objects))
		list_append(&objects->with_room, &header->place);
	header->used &= ~(1UL << place);
	if (header->used != HEADER_ONLY)
		return;
	list_remove(&header->place);
	pages_put(objects->pages, (uint64_t)((char *)header - objects->pages->direct) >> PAGE_SHIFT);
}
