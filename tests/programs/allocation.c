/* SPDX-License-Identifier: MIT */
/* An ordinary program: takes megabytes from malloc, which uses brk and mmap, in pieces of all sizes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECES = 400, BIG = 8 << 20 };

static int wrong(const unsigned char *piece, size_t size, int byte)
{
	for (size_t i = 0; i < size; i += 97)
		if (piece[i] != byte)
			return 1;
	return 0;
}

int main(void)
{
	unsigned char *pieces[PIECES], *big = malloc(BIG);
	int errors = big == NULL;

	memset(big, 0x5a, BIG);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < PIECES; i++) {
			pieces[i] = malloc((size_t)i * 37 + 1);
			memset(pieces[i], i, (size_t)i * 37 + 1);
		}
		for (int i = 0; i < PIECES; i++)
			errors += wrong(pieces[i], (size_t)i * 37 + 1, i & 0xff);
		for (int i = 0; i < PIECES; i++)
			free(pieces[i]);
	}
	big = realloc(big, 2 * BIG);
	errors += big == NULL || wrong(big, BIG, 0x5a);
	free(big);
	printf("memory: %d errors\n", errors);
	return errors != 0;
}
