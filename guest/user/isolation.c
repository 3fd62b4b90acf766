/* SPDX-License-Identifier: MIT */
/*
 * Two processes and one variable, of which each has its own: the child writes to it while both give the CPU to each
 * other, and the parent says whether its own has changed.
 *   isolation [TURNS]
 * Exit status: 0, or 1 if the parent sees what the child wrote.
 */
#include "lib/arguments.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

static volatile uint64_t written_by_child;

int main(int argc, char **argv)
{
	uint64_t turns = number_argument(argc, argv, 1, 10);
	int parent = getpid(), child = fork();

	if (child < 0) {
		printf("isolation: fork: %s\n", error_name(child));
		return 2;
	}
	/*
	 * Nothing here may depend on memory that the two would share if they shared all: both give the CPU away by the
	 * same call, so that even the return addresses on their stacks are equal, and the kernel tells who is who.
	 */
	for (uint64_t turn = 0; turn < turns; turn++) {
		if (getpid() != parent)
			written_by_child++;
		sched_yield();
	}
	while (getpid() != parent)
		sched_yield();
	printf("isolation: the parent's variable is %lu, and it wrote 0\n", written_by_child);
	kill(child, SIGKILL);
	return written_by_child != 0;
}
