/* SPDX-License-Identifier: MIT */
/*
 * System calls about what a process has used. With the option `account` the kernel knows the times in ring 3 and in
 * ring 0; without it all of the time counts as ring 3's.
 */
#include "kernel/calls/call_definition.h"
#include "kernel/devices/time.h"
#include "kernel/watch/account.h"

struct user_timeval {
	int64_t seconds, microseconds;
};

struct user_rusage {
	struct user_timeval user, system;
	int64_t unused[12];
	int64_t voluntary, involuntary;
};

static struct user_timeval timeval(uint64_t tsc_ticks)
{
	uint64_t microseconds = time_from_ticks(tsc_ticks) / 1000;

	return (struct user_timeval){(int64_t)(microseconds / 1000000), (int64_t)(microseconds % 1000000)};
}

int64_t usage_give(uint64_t address, const struct usage *usage)
{
	struct user_rusage wanted = {
		.user = timeval(usage->ring3),
		.system = timeval(usage->ring0),
		.voluntary = (int64_t)usage->voluntary,
		.involuntary = (int64_t)usage->involuntary,
	};

	return space_write(&current->space, address, &wanted, sizeof(wanted));
}

SYSTEM_CALL(sys_getrusage, uint64_t who, uint64_t address)
{
	enum { SELF = 0, THREAD = 1, CHILDREN = -1 };
	if ((int)who == CHILDREN)
		return usage_give(address, &current->children_usage);
	if ((int)who != SELF && (int)who != THREAD)
		return -EINVAL;
	struct usage own = usage_of(current);
	return usage_give(address, &own);
}

SYSTEM_CALL(sys_times, uint64_t address)
{
	enum { USER_HZ = 100, TICK = NANOSECONDS / USER_HZ };
	const struct usage own = usage_of(current), *children = &current->children_usage;
	uint64_t times[4] = {own.ring3, own.ring0, children->ring3, children->ring0};

	for (unsigned i = 0; i < 4; i++)
		times[i] = time_from_ticks(times[i]) / TICK;
	int64_t error = address == 0 ? 0 : space_write(&current->space, address, times, sizeof(times));
	return error != 0 ? error : (int64_t)(time_now() / TICK);
}
