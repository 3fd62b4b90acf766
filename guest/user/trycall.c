/* SPDX-License-Identifier: MIT */
/*
 * Tries a system call by its number, with zeros as arguments, and prints what it returns.
 *   trycall NUMBER
 */
#include "lib/arguments.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

int main(int argc, char **argv)
{
	uint64_t number = number_argument(argc, argv, 1, UINT64_MAX);
	long result = system_call(number, 0, 0, 0, 0, 0, 0);

	printf("trycall: %lu returns %ld %s\n", number, result, result < 0 ? error_name(result) : "");
	return result < 0;
}
