/* SPDX-License-Identifier: MIT */
/*
 * Attacks the scheduler: one process of four wants more of the CPU than its share, the others only count the time.
 *   cheat ATTACK [MILLISECONDS]   prints the attacker's share and the others', as the kernel accounts for CPU time
 * The attacks are in the table below. docs/scheduling.md says what each gains under which policy.
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { HONEST = 3, BAND = 8, START_MS = 200, MILLISECOND = 1000000 };

static uint64_t tick, start, deadline; /* nanoseconds */

static void burn_until(uint64_t time)
{
	while (monotonic_nanoseconds() < time)
		for (int i = 0; i < 20000; i++)
			__asm__ volatile("");
}

/* Uses the CPU for most of a tick, or more ticks: a little less than what would be noticed. */
static void burn(uint64_t tenths_of_a_tick)
{
	burn_until(monotonic_nanoseconds() + tick / 10 * tenths_of_a_tick);
}

static void be_honest(void)
{
	burn_until(deadline);
}

static void sleep_over_the_tick(void)
{
	const struct timespec shortest = {0, 1};

	burn(9);
	nanosleep(&shortest, NULL); /* until the next tick */
}

static void yield_before_the_tick(void)
{
	burn(9);
	sched_yield();
}

/* Works by children, of which each is as if it had never run. */
static void fork_workers(void)
{
	int pid = fork();

	if (pid == 0) {
		burn(15);
		exit_group(0);
	}
	wait4(pid, NULL, 0, NULL);
}

/* Two processes that hand over to each other: one works while the other waits in read(). */
static void take_turns_by_pipe(void)
{
	int there[2], back[2], pid;
	char token = 0;

	pipe(there);
	pipe(back);
	pid = fork();
	if (pid == 0) {
		close(there[1]); /* so that read() returns when the parent has closed it */
		while (read(there[0], &token, 1) == 1) {
			burn(9);
			write(back[1], &token, 1);
		}
		exit_group(0);
	}
	while (monotonic_nanoseconds() < deadline) {
		burn(9);
		write(there[1], &token, 1);
		read(back[0], &token, 1);
	}
	close(there[1]);
	wait4(pid, NULL, 0, NULL);
}

static void be_many(void)
{
	for (int i = 1; i < BAND; i++)
		if (fork() == 0) {
			be_honest();
			exit_group(0);
		}
	be_honest();
	while (wait4(-1, NULL, 0, NULL) > 0)
		;
}

/* Every process may change its priority here, as root on Linux. */
static void be_not_nice(void)
{
	enum { PRIORITY_PROCESS = 0, NICE_MIN = -20 };

	system_call(RINGSIDE_SYS_setpriority, PRIORITY_PROCESS, 0, (uint64_t)NICE_MIN, 0, 0, 0);
	be_honest();
}

static const struct attack {
	const char *name;
	void (*act)(void); /* is called until the time is over */
} attacks[] = {
	{"none", be_honest},	{"sleep", sleep_over_the_tick}, {"yield", yield_before_the_tick},
	{"fork", fork_workers}, {"pipe", take_turns_by_pipe},	{"many", be_many},
	{"nice", be_not_nice},
};

static const struct attack *find(const char *name)
{
	for (unsigned i = 0; i < sizeof(attacks) / sizeof(*attacks); i++)
		if (strcmp(attacks[i].name, name) == 0)
			return &attacks[i];
	return NULL;
}

/* Begins when all are there, and returns when the time is over. */
static _Noreturn void take_part(void (*act)(void))
{
	uint64_t now = monotonic_nanoseconds();

	if (now < start)
		sleep_milliseconds((start - now) / MILLISECOND);
	while (monotonic_nanoseconds() < deadline)
		act();
	exit_group(0);
}

static int begin(void (*act)(void))
{
	int pid = fork();

	if (pid == 0)
		take_part(act);
	if (pid < 0) {
		printf("cheat: fork: %s\n", error_name(pid));
		exit_group(1);
	}
	return pid;
}

/* The CPU time of an ended child and of its children, in microseconds. */
static uint64_t time_of(int pid)
{
	struct rusage usage = {0};

	wait4(pid, NULL, 0, &usage);
	return (uint64_t)((usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
			  usage.ru_stime.tv_usec);
}

/* All sleepers wake at a tick, so a sleep takes from one tick to the next, but longer or shorter if the host is late.
 */
static uint64_t measure_tick(void)
{
	enum { SLEEPS = 9 };
	uint64_t sorted[SLEEPS];

	sleep_milliseconds(1);
	for (unsigned i = 0; i < SLEEPS; i++) {
		unsigned place = i;

		uint64_t before = monotonic_nanoseconds();
		sleep_milliseconds(1);
		uint64_t time = monotonic_nanoseconds() - before;
		for (; place > 0 && sorted[place - 1] > time; place--)
			sorted[place] = sorted[place - 1];
		sorted[place] = time;
	}
	return sorted[SLEEPS / 2];
}

int main(int argc, char **argv)
{
	const struct attack *attack = argc > 1 ? find(argv[1]) : NULL;
	uint64_t milliseconds = number_argument(argc, argv, 2, 2000);
	uint64_t times[HONEST + 1], sum = 0;
	int pids[HONEST + 1];

	if (attack == NULL) {
		printf("usage: cheat none|sleep|yield|fork|pipe|many|nice [MILLISECONDS]\n");
		return STATUS_USAGE;
	}
	tick = measure_tick();
	start = monotonic_nanoseconds() + START_MS * MILLISECOND;
	deadline = start + milliseconds * MILLISECOND;
	for (int i = 0; i <= HONEST; i++)
		pids[i] = begin(i == 0 ? attack->act : be_honest);
	for (int i = 0; i <= HONEST; i++) {
		times[i] = time_of(pids[i]);
		sum += times[i];
	}
	printf("cheat: %s: attacker %lu %%, the others", attack->name, times[0] * 100 / sum);
	for (int i = 1; i <= HONEST; i++)
		printf(" %lu", times[i] * 100 / sum);
	printf(" %%\n");
	return 0;
}
