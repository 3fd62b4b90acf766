/* SPDX-License-Identifier: MIT */
/*
 * System calls about time. CLOCK_REALTIME is the time of day, some clocks tell the CPU time of a process, and every
 * other counts from boot.
 */
#include "kernel/calls/call_definition.h"
#include "kernel/devices/time.h"
#include "kernel/devices/wall_clock.h"
#include "kernel/schedule/schedule.h"
#include "kernel/watch/account.h"

enum {
	CLOCK_REALTIME = 0,
	CLOCK_PROCESS_CPUTIME = 2,
	CLOCK_THREAD_CPUTIME = 3,
	CLOCK_REALTIME_COARSE = 5,
	CLOCK_LAST = 7, /* CLOCK_BOOTTIME */
};

static uint64_t clock_now(uint64_t clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE ? wall_clock_now() : time_now();
}

struct user_timespec {
	int64_t seconds, nanoseconds;
};

int64_t read_time(uint64_t address, uint64_t *nanoseconds)
{
	struct user_timespec time;
	int error = space_read(&current->space, &time, address, sizeof(time));

	if (error != 0)
		return error;
	if (time.seconds < 0 || time.nanoseconds < 0 || time.nanoseconds >= (int64_t)NANOSECONDS)
		return -EINVAL;
	if (__builtin_mul_overflow((uint64_t)time.seconds, NANOSECONDS, nanoseconds) ||
	    __builtin_add_overflow(*nanoseconds, (uint64_t)time.nanoseconds, nanoseconds))
		*nanoseconds = TIME_NEVER;
	return 0;
}

/* Writes a time to user memory, as seconds and units of `fraction` nanoseconds. 0 or -errno. */
static int64_t give_time(uint64_t address, uint64_t nanoseconds, uint64_t fraction)
{
	int64_t time[2] = {(int64_t)(nanoseconds / NANOSECONDS), (int64_t)(nanoseconds % NANOSECONDS / fraction)};

	return space_write(&current->space, address, time, sizeof(time));
}

/* If the sleep is interrupted, the time that is left goes to `remaining`, unless that is 0. */
static int64_t sleep_for(uint64_t nanoseconds, uint64_t remaining)
{
	uint64_t until;

	if (__builtin_add_overflow(time_now(), nanoseconds, &until))
		until = TIME_NEVER;
	if (process_sleep(until) == INTERRUPTED_NOT)
		return 0;
	uint64_t now = time_now();
	if (remaining != 0 && give_time(remaining, until > now ? until - now : 0, 1) != 0)
		return -EFAULT;
	return -EINTR;
}

SYSTEM_CALL(sys_nanosleep, uint64_t request, uint64_t remaining)
{
	uint64_t nanoseconds = 0;
	int64_t error = read_time(request, &nanoseconds);

	return error == 0 ? sleep_for(nanoseconds, remaining) : error;
}

/*
 * The process whose CPU time a clock tells; NULL if the clock tells no CPU time. A C library makes a negative clock of
 * a pid (clock_getcpuclockid): ~pid in the upper 29 bits, then a bit that is 1 for a thread, and 0, 1 or 2 for its
 * kind. All kinds tell the same here, and a process has one thread.
 */
static const struct process *measured_by(uint64_t clock)
{
	enum { KIND = 3, KIND_NONE = 3, PID_SHIFT = 3 };
	int32_t id = (int32_t)clock;

	if (id == CLOCK_PROCESS_CPUTIME || id == CLOCK_THREAD_CPUTIME)
		return current;
	if (id >= 0 || (id & KIND) == KIND_NONE)
		return NULL;
	uint32_t pid = ~(uint32_t)(id >> PID_SHIFT);
	return pid == 0 ? current : process_find(pid);
}

SYSTEM_CALL(sys_clock_nanosleep, uint64_t clock, uint64_t flags, uint64_t request, uint64_t remaining)
{
	enum { ABSOLUTE = 1 };
	uint64_t nanoseconds;

	if (clock > CLOCK_LAST || clock == CLOCK_THREAD_CPUTIME || flags & ~(uint64_t)ABSOLUTE)
		return -EINVAL;
	if (clock == CLOCK_PROCESS_CPUTIME) /* the only thread would sleep for ever, as its clock stands still then */
		return -EOPNOTSUPP;
	int64_t error = read_time(request, &nanoseconds);
	if (error != 0)
		return error;
	if (!(flags & ABSOLUTE))
		return sleep_for(nanoseconds, remaining);
	uint64_t now = clock_now(clock);
	if (nanoseconds <= now)
		return 0;
	return process_sleep(nanoseconds == TIME_NEVER ? nanoseconds : nanoseconds - now + time_now()) !=
			       INTERRUPTED_NOT
		       ? -EINTR
		       : 0;
}

SYSTEM_CALL(sys_clock_gettime, uint64_t clock, uint64_t address)
{
	const struct process *process = measured_by(clock);

	if (process != NULL)
		return give_time(address, time_from_ticks(cpu_ticks_now(process)), 1);
	return clock > CLOCK_LAST ? -EINVAL : give_time(address, clock_now(clock), 1);
}

SYSTEM_CALL(sys_clock_getres, uint64_t clock, uint64_t address)
{
	if (clock > CLOCK_LAST && measured_by(clock) == NULL)
		return -EINVAL;
	return address == 0 ? 0 : give_time(address, 1, 1);
}

/* There is one time zone. */
SYSTEM_CALL(sys_gettimeofday, uint64_t address, uint64_t zone)
{
	const int32_t none[2] = {0, 0};
	int64_t error = address == 0 ? 0 : give_time(address, wall_clock_now(), 1000);

	return error != 0 || zone == 0 ? error : space_write(&current->space, zone, none, sizeof(none));
}

SYSTEM_CALL(sys_time, uint64_t address)
{
	int64_t seconds = (int64_t)(wall_clock_now() / NANOSECONDS);
	int error = address == 0 ? 0 : space_write(&current->space, address, &seconds, sizeof(seconds));

	return error != 0 ? error : seconds;
}
