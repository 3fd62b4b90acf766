/* SPDX-License-Identifier: MIT */
/* Finding the initrd, and reserving the memory of the initrd and of the image. */
#include "kernel/boot/initrd.h"

#include "kernel/boot/memory_layout.h"
#include "kernel/memory/physical_pages.h"

struct bytes initrd, builtin_initrd;

extern const char initrd_start[], initrd_end[]; /* kernel.ld.S */

static void reserve(struct bytes bytes)
{
	uint64_t start = physical(bytes.start), end = start + bytes.size;

	pages_reserve(&pages, start >> PAGE_SHIFT, (end + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

void initrd_take(const struct pvh_start_info *info)
{
	uint64_t start = IMAGE_PHYSICAL((uint64_t)initrd_start), end = IMAGE_PHYSICAL((uint64_t)initrd_end);

	initrd = builtin_initrd = (struct bytes){direct(start), end - start};
	if (info->module_count > 0) {
		const struct pvh_module *module = direct(info->modules);
		initrd = (struct bytes){direct(module->address), module->size};
	}
	reserve(initrd);
	reserve((struct bytes){direct(KERNEL_PHYSICAL), end - KERNEL_PHYSICAL}); /* the image ends with its initrd */
}
