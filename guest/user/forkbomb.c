/* SPDX-License-Identifier: MIT */
/*
 * Every process forks two children, DEPTH generations deep: 2^DEPTH processes in the last generation, or as many as
 * the kernel allows. When memory runs out, fork must fail and the kernel must go on.
 *   forkbomb [DEPTH]
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

enum { REFUSED = 1, HARMED = 2, LONG_ENOUGH_FOR_ALL_MS = 200 };

/* Returns a set of bits: REFUSED if a fork in this subtree failed, HARMED if a process in it was killed. */
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
