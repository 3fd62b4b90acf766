/* SPDX-License-Identifier: MIT */
/*
 * Makes system calls all the time: each round makes a hundred that return at once, one that writes a line, and one
 * that gives the CPU away for 10 ms.
 *   chatty [ROUNDS]
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/print.h"
#include "lib/system_calls.h"

enum { PAIRS = 50, PAUSE_MS = 10, CALLS_A_ROUND = 2 * PAIRS + 2, NS_PER_US = 1000 };

int main(int argc, char **argv)
{
	uint64_t rounds = number_argument(argc, argv, 1, 1);

	for (uint64_t round = 1; round <= rounds; round++) {
		uint64_t start = monotonic_nanoseconds(), now = start;

		for (int i = 0; i < PAIRS; i++) {
			getpid();
			now = monotonic_nanoseconds();
		}
		printf("chatty: %lu calls, the last hundred in %lu us\n", round * CALLS_A_ROUND,
		       (now - start) / NS_PER_US);
		sleep_milliseconds(PAUSE_MS);
	}
	return 0;
}
