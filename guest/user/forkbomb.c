/* SPDX-License-Identifier: MIT */
/*
 * Every process makes two, and those two each: 2^DEPTH at the end, or as many as the kernel lets live. Memory that
 * runs out is an answer to fork, not the end of the kernel.
 *   forkbomb [DEPTH]
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

enum { REFUSED = 1, HARMED = 2, LONG_ENOUGH_FOR_ALL_MS = 200 };

/* Returns 0, or REFUSED if some fork below failed, or HARMED if some process below was killed. */
static int explode(uint64_t depth)
{
	int result = 0, status;

	for (int i = 0; i < 2 && depth; i++) {
		int pid = fork();

		if (pid == 0)
			exit_group(explode(depth - 1));
		if (pid < 0)
			result |= REFUSED;
	}
	if (!depth)
		sleep_milliseconds(LONG_ENOUGH_FOR_ALL_MS);
	while (wait4(-1, &status, 0, NULL) > 0)
		result |= signal_of(status) ? HARMED : exit_status_of(status);
	return result;
}

int main(int argc, char **argv)
{
	uint64_t depth = number_argument(argc, argv, 1, 5);
	int result = explode(depth);

	printf("forkbomb: depth %lu: %s, %s\n", depth, result & REFUSED ? "some forks were refused" : "every fork made",
	       result & HARMED ? "some processes were killed" : "none was harmed");
	return result & HARMED ? 1 : 0;
}
