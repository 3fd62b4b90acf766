/* SPDX-License-Identifier: MIT */
/* The page allocator's one instance. */
#include "kernel/memory/physical_pages.h"

#include "kernel/memory/bytes_and_strings.h"

struct pages pages;

uint64_t page_zeroed(void)
{
	uint64_t frame = pages_get(&pages);

	if (frame == 0)
		return 0;
	memset(pages_address(&pages, frame), 0, PAGE_SIZE);
	return frame << PAGE_SHIFT;
}
