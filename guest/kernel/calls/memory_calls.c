/* SPDX-License-Identifier: MIT */
/* System calls about memory: brk and the mmap family, for anonymous memory only. */
#include "kernel/boot/memory_layout.h"
#include "kernel/calls/call_definition.h"
#include "kernel/files/descriptors.h"
#include "kernel/lib/pages.h"
#include "kernel/memory/eager_pages.h"
#include "kernel/memory/regions.h"

/* Linux's PROT_* and MAP_* */
enum { MAP_PROT_READ = 1, MAP_PROT_WRITE = 2, MAP_PROT_EXECUTE = 4, MAP_PROT_ALL = 7 };
enum { MAP_SHARED = 0x01, MAP_PRIVATE = 0x02, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20, MAP_FIXED_NOREPLACE = 0x100000 };

static unsigned region_protection(uint64_t protection)
{
	/* On x86 what can be written or executed can be read (SDM vol. 3A, 4.6). */
	return (protection & MAP_PROT_ALL ? REGION_READ : 0U) | (protection & MAP_PROT_WRITE ? REGION_WRITE : 0U) |
	       (protection & MAP_PROT_EXECUTE ? REGION_EXECUTE : 0U);
}

/* Rounds up to whole pages. False: that overflows. */
static bool whole_pages(uint64_t *size)
{
	uint64_t rounded = (*size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	bool fits = rounded >= *size;

	*size = rounded;
	return fits;
}

/* Adds a region, and with paging=eager its pages. 0, -EINVAL or -ENOMEM. */
static int add_region(struct space *space, const struct region *region)
{
	int error = space_add(space, region);

	if (error != 0)
		return error;
	error = space_bring_in(space, region->start, region->end);
	if (error != 0)
		space_remove(space, region->start, region->end);
	return error;
}

SYSTEM_CALL(sys_brk, uint64_t wanted)
{
	struct space *space = &current->space;
	uint64_t end = wanted, old_end = space->break_end;

	/* As on Linux the result of a failure is the break, which has not moved. */
	if (wanted < space->break_start || !whole_pages(&end))
		return (int64_t)space->break_now;
	whole_pages(&old_end);
	if (end > old_end) {
		struct region heap = {.start = old_end, .end = end, .protection = REGION_READ | REGION_WRITE};
		if (add_region(space, &heap) != 0)
			return (int64_t)space->break_now;
	} else if (end < old_end && space_remove(space, end, old_end) != 0) {
		return (int64_t)space->break_now;
	}
	space->break_end = end;
	space->break_now = wanted;
	return (int64_t)wanted;
}

/* The address for a new mapping; 0 with the reason in *error. MAP_FIXED removes what is there. */
static uint64_t place(uint64_t address, uint64_t size, uint64_t flags, int *error)
{
	struct space *space = &current->space;

	*error = -ENOMEM;
	if (!(flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)))
		return space_find(space, size);
	if (address % PAGE_SIZE != 0 || address < USER_START || address > USER_END || size > USER_END - address) {
		*error = -EINVAL;
		return 0;
	}
	if (flags & MAP_FIXED_NOREPLACE)
		return address;
	*error = space_remove(space, address, address + size);
	return *error == 0 ? address : 0;
}

SYSTEM_CALL(sys_mmap, uint64_t address, uint64_t size, uint64_t protection, uint64_t flags, uint64_t fd)
{
	bool shared = flags & MAP_SHARED, private = flags & MAP_PRIVATE;
	int error;

	if (shared == private || size == 0 || protection & ~(uint64_t)MAP_PROT_ALL)
		return -EINVAL;
	if (!(flags & MAP_ANONYMOUS) && descriptor_file(fd) == NULL)
		return -EBADF;
	/* Nothing here would write changes back to a file, or share pages with a child beyond the first write. */
	if (!(flags & MAP_ANONYMOUS) || shared)
		return -ENODEV;
	if (!whole_pages(&size))
		return -ENOMEM;
	uint64_t start = place(address, size, flags, &error);
	if (start == 0)
		return error;
	struct region region = {.start = start, .end = start + size, .protection = region_protection(protection)};
	error = add_region(&current->space, &region);
	if (error == -EINVAL && flags & MAP_FIXED_NOREPLACE)
		return -EEXIST;
	return error != 0 ? error : (int64_t)start;
}

/* Whether mappings could be at [start, start + *size); rounds *size up to whole pages. */
static bool valid_range(uint64_t start, uint64_t *size)
{
	return start % PAGE_SIZE == 0 && *size != 0 && whole_pages(size) && start <= USER_END &&
	       *size <= USER_END - start;
}

SYSTEM_CALL(sys_munmap, uint64_t start, uint64_t size)
{
	if (!valid_range(start, &size))
		return -EINVAL;
	if (start < USER_START)
		return 0;
	return space_remove(&current->space, start, start + size);
}

SYSTEM_CALL(sys_mprotect, uint64_t start, uint64_t size, uint64_t protection)
{
	if (size == 0 && start % PAGE_SIZE == 0)
		return 0;
	if (!valid_range(start, &size) || protection & ~(uint64_t)MAP_PROT_ALL)
		return -EINVAL;
	int error = space_protect(&current->space, start, start + size, region_protection(protection));
	return error == -EINVAL ? -ENOMEM : error;
}

SYSTEM_CALL(sys_madvise, uint64_t start, uint64_t size, uint64_t advice)
{
	enum { DONT_NEED = 4 };
	if (start % PAGE_SIZE != 0 || (size != 0 && !valid_range(start, &size)))
		return -EINVAL;
	/* The only advice with an effect that programs rely on: the pages read as zeros afterwards. */
	if (advice == DONT_NEED && size != 0)
		space_forget(&current->space, start, start + size);
	return 0;
}
