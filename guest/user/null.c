/* SPDX-License-Identifier: MIT */
/*
 * The null system call, and nothing else: getpid N times.
 *   null [N [int80]]   with int80 by the instruction `int $0x80` (on Linux itself that is another ABI)
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
