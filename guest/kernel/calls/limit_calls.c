/* SPDX-License-Identifier: MIT */
/* System calls about what a process may have: resource limits, niceness. */
#include "kernel/boot/memory_layout.h"
#include "kernel/calls/call_definition.h"
#include "kernel/files/descriptors.h"
#include "kernel/memory/eager_pages.h"

struct limit {
	uint64_t soft, hard;
};

#define LIMIT_INFINITY UINT64_MAX

enum { STACK = 3, CORE = 4, OPEN_FILES = 7, RESOURCES = 16 };

static struct limit limit_of(uint32_t resource)
{
	switch (resource) {
	case STACK:
		return (struct limit){user_stack_size(), user_stack_size()};
	case CORE: /* nobody writes core files */
		return (struct limit){0, 0};
	case OPEN_FILES:
		return (struct limit){descriptor_limit(), DESCRIPTORS_MAX};
	default:
		return (struct limit){LIMIT_INFINITY, LIMIT_INFINITY};
	}
}

static int64_t give_limit(uint32_t resource, uint64_t address)
{
	if (resource >= RESOURCES)
		return -EINVAL;
	const struct limit limit = limit_of(resource);
	return space_write(&current->space, address, &limit, sizeof(limit));
}

/*
 * Only the number of descriptors can be changed, below their hard limit. Of other limits what is there may be set
 * again, and that no core is wanted; a limit that nothing here would hold a process to is refused.
 */
static int64_t set_limit(uint32_t resource, const struct limit *wanted)
{
	const struct limit limit = limit_of(resource);

	if (wanted->soft > wanted->hard)
		return -EINVAL;
	if (resource == CORE && wanted->soft == 0)
		return 0;
	if (resource != OPEN_FILES)
		return wanted->soft == limit.soft && wanted->hard == limit.hard ? 0 : -EPERM;
	if (wanted->hard > DESCRIPTORS_MAX)
		return -EPERM;
	current->descriptors.forbidden = DESCRIPTORS_MAX - (uint32_t)wanted->soft;
	return 0;
}

SYSTEM_CALL(sys_getrlimit, uint64_t resource, uint64_t address)
{
	return give_limit((uint32_t)resource, address);
}

static int64_t take_limit(uint32_t resource, uint64_t address)
{
	struct limit wanted;
	int error = space_read(&current->space, &wanted, address, sizeof(wanted));

	if (error != 0)
		return error;
	return resource >= RESOURCES ? -EINVAL : set_limit(resource, &wanted);
}

SYSTEM_CALL(sys_setrlimit, uint64_t resource, uint64_t address)
{
	return take_limit((uint32_t)resource, address);
}

/* A process may ask about itself only. */
SYSTEM_CALL(sys_prlimit64, uint64_t pid, uint64_t number, uint64_t new_limit, uint64_t old_limit)
{
	uint32_t resource = (uint32_t)number;
	struct limit wanted, before;

	if (new_limit != 0 && space_read(&current->space, &wanted, new_limit, sizeof(wanted)) != 0)
		return -EFAULT;
	if ((uint32_t)pid != 0 && (uint32_t)pid != current->pid)
		return process_find((uint32_t)pid) == NULL ? -ESRCH : -EPERM;
	if (resource >= RESOURCES)
		return -EINVAL;
	before = limit_of(resource);
	int64_t error = new_limit == 0 ? 0 : set_limit(resource, &wanted);
	if (error != 0 || old_limit == 0)
		return error;
	return space_write(&current->space, old_limit, &before, sizeof(before));
}

/* ---- niceness, by which the lottery policy gives tickets ---- */

enum { PRIORITY_PROCESS = 0, NICE_MAX = 19, NICE_MIN = -20 };

static struct process *process_or_self(uint64_t pid)
{
	return pid == 0 ? current : pid <= UINT32_MAX ? process_find((uint32_t)pid) : NULL;
}

SYSTEM_CALL(sys_getpriority, uint64_t which, uint64_t pid)
{
	const struct process *process = process_or_self(pid);

	if ((uint32_t)which != PRIORITY_PROCESS)
		return -EINVAL;
	/* The system call returns 20 - nice, which is never negative; the C library converts it. */
	return process == NULL ? -ESRCH : 20 - process->nice;
}

SYSTEM_CALL(sys_setpriority, uint64_t which, uint64_t pid, uint64_t nice)
{
	struct process *process = process_or_self(pid);
	int value = (int)nice;

	if (which != PRIORITY_PROCESS)
		return -EINVAL;
	if (process == NULL)
		return -ESRCH;
	process->nice = (int8_t)(value < NICE_MIN ? NICE_MIN : value > NICE_MAX ? NICE_MAX : value);
	return 0;
}
