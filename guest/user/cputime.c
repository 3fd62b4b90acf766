/* SPDX-License-Identifier: MIT */
/*
 * Tests the clocks of CPU time: they run while a process computes, stand still while it sleeps or others compute, and
 * agree with getrusage and times. Checked against each other, never against how long something should take.
 */
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"

enum { PROCESS_CPUTIME = 2, THREAD_CPUTIME = 3, SELF = 0, CHILDREN = -1, MILLISECOND = 1000000, USER_TICK = 10000000 };

static uint64_t clock_now(int clock)
{
	struct timespec time = {0, 0};

	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static uint64_t usage_now(int who)
{
	struct rusage usage = {0};

	system_call(RINGSIDE_SYS_getrusage, (uint64_t)who, (uint64_t)&usage, 0, 0, 0, 0);
	return (uint64_t)((usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
			  usage.ru_stime.tv_usec) *
	       1000;
}

static uint64_t times_now(void)
{
	uint64_t times[4] = {0};

	system_call(RINGSIDE_SYS_times, (uint64_t)times, 0, 0, 0, 0, 0);
	return (times[0] + times[1]) * USER_TICK;
}

static void compute_until(uint64_t cpu_time)
{
	while (clock_now(PROCESS_CPUTIME) < cpu_time)
		for (int i = 0; i < 10000; i++)
			__asm__ volatile("");
}

/* The clock that clock_getcpuclockid(3) makes of a pid. */
static int clock_of(int pid)
{
	return ~pid * 8 + 2;
}

static void sleeping(void)
{
	uint64_t wall = clock_now(CLOCK_MONOTONIC), cpu = clock_now(PROCESS_CPUTIME);

	sleep_milliseconds(500);
	wall = clock_now(CLOCK_MONOTONIC) - wall;
	cpu = clock_now(PROCESS_CPUTIME) - cpu;
	check(wall >= 500 * MILLISECOND && cpu < wall / 2, "a sleep takes wall time, not CPU time: %lu ms, %lu us",
	      wall / MILLISECOND, cpu / 1000);
}

static void computing(void)
{
	uint64_t before = clock_now(PROCESS_CPUTIME);

	compute_until(before + 100 * MILLISECOND);
	uint64_t usage = usage_now(SELF), thread = clock_now(THREAD_CPUTIME), own = clock_now(clock_of(getpid()));
	uint64_t times = times_now(), after = clock_now(PROCESS_CPUTIME);
	check(after >= before + 100 * MILLISECOND && after <= clock_now(CLOCK_MONOTONIC),
	      "the clock of CPU time runs, and not ahead of the wall clock: %lu ms", (after - before) / MILLISECOND);
	check(usage <= thread && thread <= own && own <= after,
	      "getrusage, the thread's clock, the pid's and the process's");
	check(times <= after && usage <= times + 2 * USER_TICK, "times: %lu ms", times / MILLISECOND);
}

static void others(void)
{
	uint64_t before = clock_now(PROCESS_CPUTIME);
	int pid = fork(), status;

	if (pid == 0) {
		compute_until(200 * MILLISECOND);
		exit_group(0);
	}
	sleep_milliseconds(20);
	uint64_t theirs = clock_now(clock_of(pid));
	wait4(pid, &status, 0, NULL);
	uint64_t cpu = clock_now(PROCESS_CPUTIME) - before, children = usage_now(CHILDREN);
	check(theirs < children, "the clock of another process: %lu us", theirs / 1000);
	check(children >= 200 * MILLISECOND, "a child's time is the children's: %lu ms", children / MILLISECOND);
	check(cpu < children, "and not the parent's: %lu us", cpu / 1000);
}

static void refusals(void)
{
	struct timespec time = {0, 0};
	long none = clock_gettime(clock_of(32000), &time);
	long sleep = system_call(RINGSIDE_SYS_clock_nanosleep, PROCESS_CPUTIME, 0, (uint64_t)&time, 0, 0, 0);

	check(none == -EINVAL, "no process, no clock: %s", error_name(none));
	check(sleep == -EOPNOTSUPP, "nobody sleeps by a clock that stands still: %s", error_name(sleep));
}

int main(void)
{
	sleeping();
	computing();
	others();
	refusals();
	return check_summary("cputime");
}
