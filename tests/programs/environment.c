/* SPDX-License-Identifier: MIT */
/* An ordinary program: prints its arguments and environment. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("argv[%d] = %s\n", i, argv[i]);
	printf("HOME = %s\n", getenv("HOME"));
	setenv("HOME", "/elsewhere", 1);
	printf("HOME = %s\n", getenv("HOME"));
	return argc;
}
