/* SPDX-License-Identifier: MIT */
/* System calls about memory: brk and the mmap family. What is mapped is private: anonymous memory, or a file that is
 * read. */
#include "kernel/boot/memory_layout.h"
#include "kernel/calls/call_definition.h"
#include "kernel/files/archive.h"
#include "kernel/files/descriptors.h"
#include "kernel/files/device_files.h"
#include "kernel/lib/pages.h"
#include "kernel/memory/eager_pages.h"
#include "kernel/memory/regions.h"

/* Linux's PROT_* and MAP_* */
enum { MAP_PROT_READ = 1, MAP_PROT_WRITE = 2, MAP_PROT_EXECUTE = 4, MAP_PROT_ALL = 7 };
enum { MAP_TYPE = 0x0f, MAP_SHARED_VALIDATE = 0x03 };
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
	if (size > USER_END || address > USER_END - size)
		return 0;
	if (address % PAGE_SIZE != 0 || address < USER_START) {
		*error = address % PAGE_SIZE != 0 ? -EINVAL : -EPERM;
		return 0;
	}
	if (flags & MAP_FIXED_NOREPLACE)
		return address;
	*error = space_remove(space, address, address + size);
	return *error == 0 ? address : 0;
}

/*
 * Gives a region the contents of a file that never changes, from `offset` on. So a shared mapping that is only read is
 * like a private one. There is no other: nothing here writes changes back.
 */
static int map_file(struct region *region, uint64_t fd, uint64_t offset, bool writes_to_file)
{
	const struct file *file = descriptor_file(fd);

	if (file == NULL)
		return -EBADF;
	if ((file->flags & O_ACCESS) == O_WRITE_ONLY || (writes_to_file && (file->flags & O_ACCESS) != O_READ_WRITE))
		return -EACCES;
	if (file->operations == &zero_device && !writes_to_file)
		return 0;
	if (!is_archive_file(file))
		return -ENODEV;
	if (offset >= file->node->size)
		return 0;
	region->data = file->node->data + offset;
	region->file = file->node->size - offset;
	return 0;
}

SYSTEM_CALL(sys_mmap, uint64_t address, uint64_t size, uint64_t protection, uint64_t flags, uint64_t fd,
	    uint64_t offset)
{
	bool anonymous = flags & MAP_ANONYMOUS, private = (flags & MAP_TYPE) == MAP_PRIVATE;
	bool shared = (flags & MAP_TYPE) == MAP_SHARED || ((flags & MAP_TYPE) == MAP_SHARED_VALIDATE && !anonymous);
	struct region region = {.protection = region_protection(protection)};
	uint64_t end;
	int error = 0;

	if (offset % PAGE_SIZE != 0)
		return -EINVAL;
	if (!anonymous && descriptor_file(fd) == NULL)
		return -EBADF;
	if (size == 0 || private == shared)
		return -EINVAL;
	if (!whole_pages(&size))
		return -ENOMEM;
	if (__builtin_add_overflow(offset, size, &end) || (int64_t)end < 0)
		return -EOVERFLOW;
	/* Parent and child would have to share the pages. */
	if (anonymous && shared)
		return -ENODEV;
	if (!anonymous)
		error = map_file(&region, fd, offset, shared && protection & MAP_PROT_WRITE);
	if (error != 0)
		return error;
	region.start = region.address = place(address, size, flags, &error);
	if (region.start == 0)
		return error;
	region.end = region.start + size;
	if (region.file > size)
		region.file = size;
	error = add_region(&current->space, &region);
	if (error == -EINVAL && flags & MAP_FIXED_NOREPLACE)
		return -EEXIST;
	return error != 0 ? error : (int64_t)region.start;
}

SYSTEM_CALL(sys_munmap, uint64_t start, uint64_t size)
{
	if (start % PAGE_SIZE != 0 || size == 0 || !whole_pages(&size) || start > USER_END || size > USER_END - start)
		return -EINVAL;
	uint64_t end = start + size;
	if (end <= USER_START)
		return 0;
	return space_remove(&current->space, start < USER_START ? USER_START : start, end);
}

SYSTEM_CALL(sys_mprotect, uint64_t start, uint64_t size, uint64_t protection)
{
	if (start % PAGE_SIZE != 0)
		return -EINVAL;
	if (size == 0)
		return 0;
	if (!whole_pages(&size) || start < USER_START || start > USER_END || size > USER_END - start)
		return -ENOMEM;
	if (protection & ~(uint64_t)MAP_PROT_ALL)
		return -EINVAL;
	return space_protect(&current->space, start, start + size, region_protection(protection));
}

/*
 * The only advice with an effect that programs rely on is DONT_NEED: anonymous pages read as zeros afterwards, those of
 * a file as the file. Advice that would change what fork copies is refused, as by a Linux that does not know it.
 */
SYSTEM_CALL(sys_madvise, uint64_t start, uint64_t size, uint64_t advice)
{
	enum {
		NORMAL,
		RANDOM,
		SEQUENTIAL,
		WILL_NEED,
		DONT_NEED,
		FREE = 8,
		MERGEABLE = 12,
		DO_DUMP = 17,
		COLD = 20,
		PAGE_OUT
	};
	uint32_t number = (uint32_t)advice;
	bool known = number <= DONT_NEED || number == FREE || (number >= MERGEABLE && number <= DO_DUMP) ||
		     number == COLD || number == PAGE_OUT;

	if (!known || start % PAGE_SIZE != 0 || !whole_pages(&size) || start + size < start)
		return -EINVAL;
	if (size == 0)
		return 0;
	if (number == DONT_NEED)
		space_forget(&current->space, start, start + size);
	return space_covers(&current->space, start, start + size) ? 0 : -ENOMEM;
}
