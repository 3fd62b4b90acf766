/* SPDX-License-Identifier: MIT */
/*
 * Tries a system call by its number, and prints what it returns. Arguments that are not given are 0.
 *   trycall NUMBER [ARGUMENT...]
 */
#include "lib/arguments.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

int main(int argc, char **argv)
{
	uint64_t number = number_argument(argc, argv, 1, UINT64_MAX);
	uint64_t arguments[6];

	for (int i = 0; i < 6; i++)
		arguments[i] = number_argument(argc, argv, i + 2, 0);
	long result =
		system_call(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);

	printf("trycall: %lu returns %ld %s\n", number, result, result < 0 ? error_name(result) : "");
	return result < 0;
}
