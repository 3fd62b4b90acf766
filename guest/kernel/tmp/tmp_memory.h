/* SPDX-License-Identifier: MIT */
/*
 * The memory of /tmp: pages and small objects, which all together are at most a quarter of memory, and of which none is
 * given while little memory is free. So files in /tmp cannot take what processes and the kernel need. The other files
 * of this room call these.
 */
#ifndef GUEST_KERNEL_TMP_TMP_MEMORY_H
#define GUEST_KERNEL_TMP_TMP_MEMORY_H

#include <stdint.h>

#include "kernel/lib/objects.h"

/* A page of zeros; NULL: /tmp is full. */
void *tmp_page_get(void);
void tmp_page_put(void *page);

/* An object of zeros; NULL: /tmp is full. */
void *tmp_object_get(struct objects *objects);
void tmp_object_put(struct objects *objects, void *object);

/* How many pages /tmp may have, and how many it has. */
uint64_t tmp_pages_max(void);
uint64_t tmp_pages_used(void);

#endif
