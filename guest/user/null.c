/* SPDX-License-Identifier: MIT */
/*
 * Makes a null system call, getpid, N times and nothing else.
 *   null [N [int80]]   int80: by the instruction `int $0x80` (not on Linux, where `int $0x80` is the 32-bit ABI)
 */
#include "lib/arguments.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

int main(int argc, char **argv)
{
	uint64_t count = number_argument(argc, argv, 1, 1);
	bool by_int80 = argc > 2 && !strcmp(argv[2], "int80");
	int me = getpid();

	while (count--) {
		long pid = by_int80 ? system_call_by_int80(RINGSIDE_SYS_getpid, 0, 0, 0, 0, 0, 0) : getpid();

		if (pid != me)
			return 1;
	}
	return 0;
}
