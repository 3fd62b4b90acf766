/* SPDX-License-Identifier: MIT */
/*
 * Gives the CPU away N times; with several such processes each call is a context switch.
 *   yield [N]   prints what a call took, if N > 1
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/print.h"
#include "lib/system_calls.h"

int main(int argc, char **argv)
{
	uint64_t count = number_argument(argc, argv, 1, 1);
	uint64_t start = monotonic_nanoseconds();

	for (uint64_t left = count; left; left--)
		sched_yield();
	if (count > 1)
		printf("yield: %lu calls, %lu ns each\n", count, (monotonic_nanoseconds() - start) / count);
	return 0;
}
