/* SPDX-License-Identifier: MIT */
/*
 * Times the shortest life of a process: fork, exit, wait4, N times.
 *   forkbench [N]
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

int main(int argc, char **argv)
{
	uint64_t count = number_argument(argc, argv, 1, 100);
	uint64_t start = monotonic_nanoseconds();

	for (uint64_t i = 0; i < count; i++) {
		int pid = fork();

		if (pid == 0)
			exit(0);
		if (pid < 0 || wait4(pid, NULL, 0, NULL) != pid) {
			printf("forkbench: fork %lu failed: %s\n", i, error_name(pid));
			return 1;
		}
	}
	if (count)
		printf("forkbench: %lu times fork, exit, wait4: %lu ns each\n", count,
		       (monotonic_nanoseconds() - start) / count);
	return 0;
}
