/* SPDX-License-Identifier: MIT */
/* System calls about scheduling as Linux has it: one CPU, and the one class SCHED_OTHER, whatever the policy here is.
 */
#include "kernel/calls/call_definition.h"

enum { SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH = 3, SCHED_IDLE = 5, SCHED_DEADLINE = 6 };
enum { REAL_TIME_MAX = 99 };

#define THIS_CPU 1UL /* the set of the one CPU */

/* 0, or -ESRCH if there is no such process; 0 as a pid is the caller. */
static int64_t check(uint64_t pid)
{
	return (uint32_t)pid == 0 || process_find((uint32_t)pid) != NULL ? 0 : -ESRCH;
}

SYSTEM_CALL(sys_sched_getaffinity, uint64_t pid, uint64_t size, uint64_t address)
{
	const uint64_t set = THIS_CPU;

	if (size == 0 || size % sizeof(set) != 0)
		return -EINVAL;
	int64_t error = check(pid);
	if (error == 0)
		error = space_write(&current->space, address, &set, sizeof(set));
	return error != 0 ? error : (int64_t)sizeof(set);
}

SYSTEM_CALL(sys_sched_setaffinity, uint64_t pid, uint64_t size, uint64_t address)
{
	uint64_t set = 0;
	int64_t error = space_read(&current->space, &set, address, size < sizeof(set) ? size : sizeof(set));

	if (error == 0)
		error = check(pid);
	return error != 0 ? error : set & THIS_CPU ? 0 : -EINVAL;
}

SYSTEM_CALL(sys_sched_getscheduler, uint64_t pid)
{
	return (int32_t)pid < 0 ? -EINVAL : check(pid) != 0 ? -ESRCH : SCHED_OTHER;
}

SYSTEM_CALL(sys_sched_getparam, uint64_t pid, uint64_t address)
{
	const int32_t priority = 0;

	if (address == 0 || (int32_t)pid < 0)
		return -EINVAL;
	int64_t error = check(pid);
	return error != 0 ? error : space_write(&current->space, address, &priority, sizeof(priority));
}

static int64_t set_scheduler(uint64_t pid, uint64_t policy, uint64_t address)
{
	int32_t priority;

	if (address == 0 || (int32_t)pid < 0)
		return -EINVAL;
	int64_t error = space_read(&current->space, &priority, address, sizeof(priority));
	if (error == 0)
		error = check(pid);
	if (error != 0)
		return error;
	if ((uint32_t)policy == SCHED_FIFO || (uint32_t)policy == SCHED_RR)
		return -EPERM;
	return (uint32_t)policy == SCHED_OTHER && priority == 0 ? 0 : -EINVAL;
}

SYSTEM_CALL(sys_sched_setscheduler, uint64_t pid, uint64_t policy, uint64_t address)
{
	return (int32_t)policy < 0 ? -EINVAL : set_scheduler(pid, policy, address);
}

SYSTEM_CALL(sys_sched_setparam, uint64_t pid, uint64_t address)
{
	return set_scheduler(pid, SCHED_OTHER, address);
}

static int64_t priority_of(uint64_t policy, int64_t real_time)
{
	switch ((uint32_t)policy) {
	case SCHED_FIFO:
	case SCHED_RR:
		return real_time;
	case SCHED_OTHER:
	case SCHED_BATCH:
	case SCHED_IDLE:
	case SCHED_DEADLINE:
		return 0;
	default:
		return -EINVAL;
	}
}

SYSTEM_CALL(sys_sched_get_priority_max, uint64_t policy)
{
	return priority_of(policy, REAL_TIME_MAX);
}

SYSTEM_CALL(sys_sched_get_priority_min, uint64_t policy)
{
	return priority_of(policy, 1);
}

SYSTEM_CALL(sys_getcpu, uint64_t cpu, uint64_t node)
{
	const uint32_t number = 0;

	for (unsigned i = 0; i < 2; i++) {
		uint64_t address = i == 0 ? cpu : node;
		if (address != 0 && space_write(&current->space, address, &number, sizeof(number)) != 0)
			return -EFAULT;
	}
	return 0;
}
