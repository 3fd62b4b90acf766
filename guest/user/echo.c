/* SPDX-License-Identifier: MIT */
/*
 * Writes its arguments, separated by spaces.
 *   echo [ARG...]
 */
#include "lib/print.h"

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		printf("%s%s", argv[i], i + 1 < argc ? " " : "");
	printf("\n");
	return 0;
}
