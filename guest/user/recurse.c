/* SPDX-License-Identifier: MIT */
/*
 * Calls itself N deep, or until the stack ends, with a stack frame of 1 KiB for each call.
 *   recurse [N]
 */
#include "lib/arguments.h"
#include "lib/print.h"

enum { FRAME = 1024 };

static uint64_t descend(uint64_t left)
{
	volatile uint8_t room[FRAME];

	room[0] = 1;
	return left ? descend(left - 1) + room[0] : 0;
}

int main(int argc, char **argv)
{
	printf("recurse: %lu deep\n", descend(number_argument(argc, argv, 1, UINT64_MAX)));
	return 0;
}
