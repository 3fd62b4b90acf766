/* SPDX-License-Identifier: MIT */
/*
 * Small objects, all of one size, in pages of their own: open files and pipes. A page whose last object
 * goes is given back, so all memory comes back. Every operation is O(1).
 */
#ifndef GUEST_KERNEL_LIB_OBJECTS_H
#define GUEST_KERNEL_LIB_OBJECTS_H

#include "kernel/lib/list.h"
#include "kernel/lib/pages.h"

enum { OBJECT_SIZE = 64, OBJECTS_PER_PAGE = 4096 / OBJECT_SIZE - 1 };

struct objects {
	struct pages *pages;
	struct list with_room; /* pages that have both free and used places */
};

#define OBJECTS_INIT(name, pages) ((struct objects){(pages), {&(name).with_room, &(name).with_room}})

/* OBJECT_SIZE bytes of zeros; NULL = out of memory. */
void *objects_get(struct objects *objects);
void objects_put(struct objects *objects, void *object);

#endif
