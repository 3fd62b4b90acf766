/* SPDX-License-Identifier: MIT */
/*
 * Computes without system calls: runs the sieve of Eratosthenes in its own memory ROUNDS times. It makes no system call
 * before its exit, so only the timer can take the CPU from it.
 *   sieve [ROUNDS]     exit status: 168, the number of primes below 1000
 */
#include "lib/arguments.h"
#include "lib/user_string.h"

enum { LIMIT = 1000 };

static unsigned char composite[LIMIT];

static int count_primes(void)
{
	int primes = 0;

	memset(composite, 0, sizeof(composite));
	for (int n = 2; n < LIMIT; n++) {
		if (composite[n])
			continue;
		primes++;
		for (int multiple = n * n; multiple < LIMIT; multiple += n)
			composite[multiple] = 1;
	}
	return primes;
}

int main(int argc, char **argv)
{
	uint64_t rounds = number_argument(argc, argv, 1, 1);
	int primes = 0;

	while (rounds--)
		primes = count_primes();
	return primes;
}
