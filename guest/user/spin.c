/* SPDX-License-Identifier: MIT */
/*
 * Never gives the CPU away: without a timer interrupt no other process would run again.
 *   spin [MILLIONS]    millions of turns of an empty loop; without an argument the loop never ends
 */
#include "lib/arguments.h"

enum { MILLION = 1000000 };

int main(int argc, char **argv)
{
	uint64_t turns = number_argument(argc, argv, 1, 0) * MILLION;

	for (uint64_t i = 0; argc < 2 || i < turns; i++)
		__asm__ volatile("");
	return 0;
}
