/* SPDX-License-Identifier: MIT */
/*
 * An allocator of small objects of one size: open files, and what /tmp is made of. It takes whole pages and gives a
 * page back with the last object in it, so no memory is lost. Every operation takes O(1) time.
 */
#ifndef GUEST_KERNEL_LIB_OBJECTS_H
#define GUEST_KERNEL_LIB_OBJECTS_H

#include "kernel/lib/list.h"
#include "kernel/lib/pages.h"

enum { OBJECT_SIZE = 64, OBJECTS_PER_PAGE = 4096 / OBJECT_SIZE - 1 };

struct objects {
	struct pages *pages;
	struct list with_room; /* pages that have both free and used places */
	uint32_t size;	       /* of an object in bytes: a power of two, OBJECT_SIZE or more */
};

#define OBJECTS_INIT(name, pages) OBJECTS_INIT_SIZE(name, pages, OBJECT_SIZE)
#define OBJECTS_INIT_SIZE(name, pages, size) ((struct objects){(pages), {&(name).with_room, &(name).with_room}, (size)})

/* As many bytes of zeros; NULL = out of memory. */
void *objects_get(struct objects *objects);
void objects_put(struct objects *objects, void *object);

#endif
