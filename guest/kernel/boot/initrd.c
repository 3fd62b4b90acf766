/* SPDX-License-Identifier: MIT */
/* Where the initrd lies, and that its memory and the kernel's are occupied. */
#include "kernel/boot/initrd.h"

#include "kernel/boot/memory_layout.h"
#include "kernel/memory/physical_pages.h"

struct bytes initrd, builtin_initrd;

extern const char initrd_start[], initrd_end[]; /* kernel.ld.S */

static void reserve(uint64_t start, uint64_t end)
{
	pages_reserve(&pages, start >> PAGE_SHIFT, (end + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

void initrd_take(const struct pvh_start_info *info)
{
	uint64_t start = (uint64_t)initrd_start - KERNEL_BASE, size = (uint64_t)(initrd_end - initrd_start);

	if (info->module_count > 0) {
		const struct pvh_module *module = direct(info->modules);
		start = module->address;
		size = module->size;
	}
	initrd = (struct bytes){direct(start), size};
	builtin_initrd =
		(struct bytes){direct((uint64_t)initrd_start - KERNEL_BASE), (size_t)(initrd_end - initrd_start)};
	reserve(start, start + size);
	reserve(KERNEL_PHYSICAL, (uint64_t)initrd_end - KERNEL_BASE);
}
