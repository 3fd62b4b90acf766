/* SPDX-License-Identifier: MIT */
/*
 * Makes a null system call, getpid, N times and nothing else.
 *   null [N [int80]]   prints what a call took, if N > 1. int80: by the instruction `int $0x80` (not on Linux, where
 * `int $0x80` is the 32-bit ABI)
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/print.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

int main(int argc, char **argv)
{
	uint64_t count = number_argument(argc, argv, 1, 1);
	bool by_int80 = argc > 2 && !strcmp(argv[2], "int80");
	int me = getpid();
	uint64_t start = monotonic_nanoseconds();

	for (uint64_t left = count; left; left--) {
		long pid = by_int80 ? system_call_by_int80(RINGSIDE_SYS_getpid, 0, 0, 0, 0, 0, 0) : getpid();

		if (pid != me)
			return 1;
	}
	if (count > 1)
		printf("null: %lu calls, %lu ns each\n", count, (monotonic_nanoseconds() - start) / count);
	return 0;
}
