/* SPDX-License-Identifier: MIT */
/* System calls that set and tell the alarm of a process, the timer ITIMER_REAL. */
#include "kernel/calls/call_definition.h"
#include "kernel/devices/time.h"
#include "kernel/signals/alarm.h"

#define NANOSECONDS_PER_MICROSECOND 1000UL

enum { ITIMER_REAL = 0, MICROSECONDS = 1000000 };

/* struct itimerval */
struct user_timer {
	int64_t interval_seconds, interval_microseconds, seconds, microseconds;
};

/* Returns how many seconds were left, rounded to at least one. */
SYSTEM_CALL(sys_alarm, uint64_t seconds)
{
	uint64_t left = alarm_left();

	alarm_set((uint64_t)(uint32_t)seconds * NANOSECONDS, 0);
	if (left > 0 && left < NANOSECONDS)
		return 1;
	return (int64_t)((left + NANOSECONDS / 2) / NANOSECONDS);
}

static bool to_nanoseconds(int64_t seconds, int64_t microseconds, uint64_t *nanoseconds)
{
	if (seconds < 0 || microseconds < 0 || microseconds >= MICROSECONDS)
		return false;
	if (__builtin_mul_overflow((uint64_t)seconds, NANOSECONDS, nanoseconds) ||
	    __builtin_add_overflow(*nanoseconds, (uint64_t)microseconds * NANOSECONDS_PER_MICROSECOND, nanoseconds))
		*nanoseconds = TIME_NEVER;
	return true;
}

static int64_t give_timer(uint64_t address)
{
	uint64_t left = alarm_left() / NANOSECONDS_PER_MICROSECOND;
	uint64_t interval = current->signals.alarm_interval / NANOSECONDS_PER_MICROSECOND;
	struct user_timer timer = {
		.interval_seconds = (int64_t)(interval / MICROSECONDS),
		.interval_microseconds = (int64_t)(interval % MICROSECONDS),
		.seconds = (int64_t)(left / MICROSECONDS),
		.microseconds = (int64_t)(left % MICROSECONDS),
	};

	return space_write(&current->space, address, &timer, sizeof(timer));
}

SYSTEM_CALL(sys_getitimer, uint64_t which, uint64_t address)
{
	return (uint32_t)which != ITIMER_REAL ? -EINVAL : give_timer(address);
}

/* As on Linux a timer without an address to read from is switched off. */
SYSTEM_CALL(sys_setitimer, uint64_t which, uint64_t new, uint64_t old)
{
	struct user_timer wanted = {0};
	uint64_t value, interval;

	if ((uint32_t)which != ITIMER_REAL)
		return -EINVAL;
	int64_t error = new == 0 ? 0 : space_read(&current->space, &wanted, new, sizeof(wanted));
	if (error != 0)
		return error;
	if (!to_nanoseconds(wanted.interval_seconds, wanted.interval_microseconds, &interval) ||
	    !to_nanoseconds(wanted.seconds, wanted.microseconds, &value))
		return -EINVAL;
	if (old != 0 && (error = give_timer(old)) != 0)
		return error;
	alarm_set(value, value == 0 ? 0 : interval);
	return 0;
}
