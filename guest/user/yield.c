/* SPDX-License-Identifier: MIT */
/*
 * Gives the CPU away N times; with several such processes each call is a context switch.
 *   yield [N]
 */
#include "lib/arguments.h"
#include "lib/system_calls.h"

int main(int argc, char **argv)
{
	uint64_t count = number_argument(argc, argv, 1, 1);

	while (count--)
		sched_yield();
	return 0;
}
