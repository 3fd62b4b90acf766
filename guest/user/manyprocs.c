/* SPDX-License-Identifier: MIT */
/*
 * Runs N processes at the same time and times how long making them and switching between them takes. They wait at a
 * pipe until all exist, and each of them gives the CPU away YIELDS times afterwards.
 *   manyprocs [N [YIELDS]]
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

static _Noreturn void be_one(const int ends[2], uint64_t yields)
{
	char byte;

	close(ends[1]);
	read(ends[0], &byte, 1); /* returns when the parent has closed the writing end */
	while (yields--)
		sched_yield();
	exit_group(0);
}

static uint64_t make(uint64_t wanted, const int ends[2], uint64_t yields)
{
	for (uint64_t made = 0; made < wanted; made++) {
		int pid = fork();

		if (pid == 0)
			be_one(ends, yields);
		if (pid < 0) {
			printf("manyprocs: fork: %s\n", error_name(pid));
			return made;
		}
	}
	return wanted;
}

static uint64_t wait_for_all(void)
{
	uint64_t ended = 0;
	int status;

	while (wait4(-1, &status, 0, NULL) > 0)
		ended += status == 0;
	return ended;
}

int main(int argc, char **argv)
{
	uint64_t wanted = number_argument(argc, argv, 1, 64), yields = number_argument(argc, argv, 2, 4);
	int ends[2];

	if (!wanted || pipe(ends) < 0)
		return STATUS_USAGE;
	uint64_t start = monotonic_nanoseconds();
	uint64_t made = make(wanted, ends, yields);
	uint64_t all_there = monotonic_nanoseconds();

	close(ends[1]);
	uint64_t ended = wait_for_all(), end = monotonic_nanoseconds();
	uint64_t each = made > 0 ? made : 1;

	printf("manyprocs: %lu made, %lu ended well; %lu ns each to make, %lu ns each for %lu yields and the end\n",
	       made, ended, (all_there - start) / each, (end - all_there) / each, yields);
	return made == wanted && ended == made ? 0 : 1;
}
