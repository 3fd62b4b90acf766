/* SPDX-License-Identifier: MIT */
/*
 * Computes without system calls: counts the ways to place eight queens on a chessboard so that none attacks another, by
 * backtracking, ROUNDS times. Works in registers and on the stack, where sieve works in memory.
 *   queens [ROUNDS]    exit status: 92, the number of solutions
 */
#include "lib/arguments.h"

enum { BOARD = 8, FULL = (1 << BOARD) - 1 };

static int solutions;

/* The arguments are the squares of this row under attack by column and by each diagonal, one bit per square. */
static void place(unsigned columns, unsigned left, unsigned right)
{
	unsigned free = FULL & ~(columns | left | right);

	if (columns == FULL)
		solutions++;
	while (free) {
		unsigned square = free & -free;

		free -= square;
		place(columns | square, (left | square) << 1, (right | square) >> 1);
	}
}

int main(int argc, char **argv)
{
	uint64_t rounds = number_argument(argc, argv, 1, 1);

	while (rounds--) {
		solutions = 0;
		place(0, 0, 0);
	}
	return solutions;
}
