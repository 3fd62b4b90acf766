/* SPDX-License-Identifier: MIT */
/* System calls about what a process may have: resource limits, niceness. */
#include "kernel/boot/memory_layout.h"
#include "kernel/calls/call_definition.h"
#include "kernel/memory/eager_pages.h"

struct limit {
	uint64_t soft, hard;
};

#define LIMIT_INFINITY UINT64_MAX

static int64_t give_limit(uint64_t resource, uint64_t address)
{
	enum { STACK = 3, RESOURCES = 16 };
	struct limit limit = {LIMIT_INFINITY, LIMIT_INFINITY};

	if (resource >= RESOURCES)
		return -EINVAL;
	if (resource == STACK)
		limit.soft = limit.hard = user_stack_size();
	return space_write(&current->space, address, &limit, sizeof(limit));
}

SYSTEM_CALL(sys_getrlimit, uint64_t resource, uint64_t address)
{
	return give_limit(resource, address);
}

SYSTEM_CALL(sys_prlimit64, uint64_t pid, uint64_t resource, uint64_t new_limit, uint64_t old_limit)
{
	if (pid != 0 && pid != current->pid)
		return -ESRCH;
	if (new_limit != 0)
		return -EPERM;
	return old_limit == 0 ? 0 : give_limit(resource, old_limit);
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

	if (which != PRIORITY_PROCESS)
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
