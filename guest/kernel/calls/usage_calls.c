/* SPDX-License-Identifier: MIT */
/*
 * System calls about what a process has used. With `account` on the command line the time in ring 3 and in ring 0
 * is known; else all of it counts as ring 3's. Linux's manual pages, section 2.
 */
#include "kernel/watch/kernel.h"
#include "kernel/process/process_list.h"

#define UNUSED(a) (void)(a)

struct user_timeval {
	int64_t seconds, microseconds;
};

struct user_rusage {
	struct user_timeval user, system;
	int64_t unused[12];
	int64_t voluntary, involuntary;
};

struct usage usage_of(const struct process *process)
{
	return (struct usage){
		.ring3 = options.account ? process->ring3_ticks : cpu_ticks_now(process),
		.ring0 = process->ring0_ticks,
		.voluntary = process->voluntary,
		.involuntary = process->involuntary,
	};
}

void usage_add(struct usage *sum, const struct usage *usage)
{
	sum->ring3 += usage->ring3;
	sum->ring0 += usage->ring0;
	sum->voluntary += usage->voluntary;
	sum->involuntary += usage->involuntary;
}

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

int64_t sys_getrusage(uint64_t who, uint64_t address, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	enum { SELF = 0, THREAD = 1, CHILDREN = -1 };
	UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	if ((int)who == CHILDREN)
		return usage_give(address, &current->children_usage);
	if ((int)who != SELF && (int)who != THREAD)
		return -EINVAL;
	struct usage own = usage_of(current);
	return usage_give(address, &own);
}

int64_t sys_times(uint64_t address, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	enum { USER_HZ = 100, TICK = NANOSECONDS / USER_HZ };
	UNUSED(b), UNUSED(c), UNUSED(d), UNUSED(e), UNUSED(f);
	const struct usage own = usage_of(current), *children = &current->children_usage;
	uint64_t times[4] = {own.ring3, own.ring0, children->ring3, children->ring0};

	for (unsigned i = 0; i < 4; i++)
		times[i] = time_from_ticks(times[i]) / TICK;
	int64_t error = address == 0 ? 0 : space_write(&current->space, address, times, sizeof(times));
	return error != 0 ? error : (int64_t)(time_now() / TICK);
}
