/* SPDX-License-Identifier: MIT */
/* Alarms: places among the scheduler's sleepers that send SIGALRM. */
#include "kernel/signals/alarm.h"

#include "kernel/devices/time.h"
#include "kernel/lib/pages.h"
#include "kernel/schedule/schedule.h"
#include "kernel/signals/signal.h"

static void set(struct process *process, uint64_t until)
{
	process_leave_sleepers(&process->signals.alarm);
	if (until != 0)
		process_join_sleepers(&process->signals.alarm, until);
}

void alarm_set(struct process *process, uint64_t nanoseconds, uint64_t interval)
{
	uint64_t until = 0;

	if (nanoseconds != 0 && __builtin_add_overflow(time_now(), nanoseconds, &until))
		until = TIME_NEVER;
	process->signals.alarm_interval = interval;
	set(process, until);
}

uint64_t alarm_left(const struct process *process)
{
	const struct heap_place *alarm = &process->signals.alarm;
	uint64_t now = time_now();

	if (alarm->rank == 0)
		return 0;
	return alarm->key > now ? alarm->key - now : 1; /* it is due, but has not come yet */
}

bool alarm_expired(struct heap_place *place)
{
	/* A process lives in a page of its own, and two places in it may be among the sleepers. */
	struct process *process = (struct process *)((uint64_t)place & ~(PAGE_SIZE - 1));
	uint64_t now = time_now(), next = place->key, interval = process->signals.alarm_interval;

	if (place != &process->signals.alarm)
		return false;
	/* As on Linux, alarms that were missed are not made up for. */
	if (interval != 0 && next <= now)
		next += (now - next) / interval * interval + interval;
	set(process, interval == 0 ? 0 : next);
	signal_post(process, SIGALRM, NULL);
	return true;
}
