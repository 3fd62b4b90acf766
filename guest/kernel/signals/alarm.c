/* SPDX-License-Identifier: MIT */
/* Alarms: timeouts that send SIGALRM. */
#include "kernel/signals/alarm.h"

#include "kernel/devices/time.h"
#include "kernel/signals/signal.h"

static void ring(struct timeout *timeout)
{
	struct process *process = heap_entry(timeout, struct process, signals.alarm);
	uint64_t now = time_now(), next = timeout->place.key, interval = process->signals.alarm_interval;

	/* As on Linux, alarms that were missed are not made up for. */
	if (interval != 0)
		timeout_set(timeout, next + (now - next) / interval * interval + interval);
	signal_post(process, SIGALRM, NULL);
}

void alarm_set(uint64_t nanoseconds, uint64_t interval)
{
	struct timeout *alarm = &current->signals.alarm;
	uint64_t when;

	timeout_cancel(alarm);
	current->signals.alarm_interval = interval;
	alarm->expired = ring;
	if (nanoseconds == 0)
		return;
	if (__builtin_add_overflow(time_now(), nanoseconds, &when))
		when = TIME_NEVER;
	timeout_set(alarm, when);
}

uint64_t alarm_left(void)
{
	const struct timeout *alarm = &current->signals.alarm;
	uint64_t now = time_now();

	if (!timeout_is_set(alarm))
		return 0;
	return alarm->place.key > now ? alarm->place.key - now : 1; /* it is due, but has not come yet */
}
