/* SPDX-License-Identifier: MIT */
/*
 * Sleeps MS milliseconds, TIMES times, and prints how long each sleep really took.
 *   sleeper [MS [TIMES]]
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/print.h"

enum { NS_PER_US = 1000 };

int main(int argc, char **argv)
{
	uint64_t milliseconds = number_argument(argc, argv, 1, 100);
	uint64_t times = number_argument(argc, argv, 2, 1);

	while (times--) {
		uint64_t start = monotonic_nanoseconds();

		sleep_milliseconds(milliseconds);
		printf("sleeper: asked for %lu ms, slept %lu us\n", milliseconds,
		       (monotonic_nanoseconds() - start) / NS_PER_US);
	}
	return 0;
}
