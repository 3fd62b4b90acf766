/* SPDX-License-Identifier: MIT */
/*
 * Makes random system calls with random and hostile arguments, in one process after another; a control process beside
 * them must not notice. Process i uses the seed SEED + i, so `syscrash SEED+i 1` repeats that one alone.
 *   syscrash [SEED [COUNT [all]]]   all: also numbers below 512 that the guest kernel does not have (not on Linux,
 *                                   where these calls exist)
 */
#include "lib/arguments.h"
#include "lib/random.h"
#include "lib/siege.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { CALLS = 64, ARGUMENTS = 6, PATIENCE_MS = 100, BUFFER = 4096, FD_LIMIT = 64 };

/* Linux's system call numbers are below NUMBERS; from UNUSED_NUMBERS on no number has a meaning. */
enum { NUMBERS = 512, UNUSED_NUMBERS = 1024 };

#define USER_END 0x800000000000 /* the first address that is not canonical */

#define NUMBER(number, name, arguments, names) number,
static const uint64_t known[] = {RINGSIDE_SYSCALLS(NUMBER)};

static uint8_t buffer[BUFFER];
static bool all_numbers;

static const uint64_t hostile[] = {
	0,
	1,
	2,
	8,
	0x10000,
	0x3ff000,
	0x400000,
	0x7fffffff,
	0x80000000,
	0xffffffff,
	0x100000000,
	0x7fffffffefff,
	0x7fffffffffff,
	0x800000000000,
	0x7fffffffffffffff,
	0x8000000000000000,
	0xffff7fffffffffff,
	0xffff800000000000,
	0xffffffff80000000,
	0xfffffffffffff000,
	0xffffffffffffffff,
};

static uint64_t number_for(struct random *random)
{
	switch (random_below(random, 16)) {
	case 0:
		return random_next(random) | 1UL << 30; /* far beyond any system call table */
	case 1:
		return all_numbers ? random_below(random, NUMBERS) : UNUSED_NUMBERS + random_below(random, NUMBERS);
	default:
		return known[random_below(random, sizeof(known) / sizeof(*known))];
	}
}

static uint64_t argument_for(struct random *random)
{
	switch (random_below(random, 4)) {
	case 0:
		return random_below(random, FD_LIMIT);
	case 1:
		return (uintptr_t)buffer + random_below(random, 2 * BUFFER);
	case 2:
		return random_next(random) >> random_below(random, 64);
	default:
		return hostile[random_below(random, sizeof(hostile) / sizeof(*hostile))];
	}
}

/* Refuses calls that may rightly harm other processes, disturb the console, or end or stop this process. */
static bool is_allowed(uint64_t number, const uint64_t arguments[static ARGUMENTS])
{
	int fd = (int)arguments[0];

	switch ((uint32_t)number) {
	case RINGSIDE_SYS_kill: /* allowed only with pids that no process has */
	case RINGSIDE_SYS_tkill:
	case RINGSIDE_SYS_tgkill:
		return fd > 1 << 30 || fd == INT32_MIN;
	case RINGSIDE_SYS_write: /* must not write garbage to the console */
	case RINGSIDE_SYS_writev:
		return fd > STDERR || fd < 0 || arguments[1] >= USER_END;
	case RINGSIDE_SYS_read: /* must not wait for console input */
	case RINGSIDE_SYS_readv:
		return fd != STDIN;
	case RINGSIDE_SYS_exit:
	case RINGSIDE_SYS_exit_group:
	case RINGSIDE_SYS_pause:
	case RINGSIDE_SYS_rt_sigsuspend:
		return arguments[5] == 1;
	default:
		return true;
	}
}

static void crash(uint64_t seed)
{
	struct random random = {seed};
	int me = getpid();

	for (int i = 0; i < CALLS; i++) {
		uint64_t number = number_for(&random), a[ARGUMENTS];

		for (int n = 0; n < ARGUMENTS; n++)
			a[n] = argument_for(&random);
		if (is_allowed(number, a))
			system_call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
		if (getpid() != me) /* this is the child of a random fork */
			exit_group(0);
	}
}

int main(int argc, char **argv)
{
	uint64_t seed = number_argument(argc, argv, 1, 1), count = number_argument(argc, argv, 2, 100);

	all_numbers = argc > 3 && !strcmp(argv[3], "all");
	return siege("syscrash", seed, count, PATIENCE_MS, crash);
}
