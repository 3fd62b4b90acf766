/* SPDX-License-Identifier: MIT */
/*
 * The homework of the chapter on limited direct execution (docs/ostep.md): what a system call costs, and what a context
 * switch costs, as an ordinary C program, which runs on Linux and in the guest alike.
 *   musl-gcc -static -O2 -o crossing_costs crossing_costs.c
 *   ./crossing_costs [ROUNDS [SAMPLES]]    ROUNDS (20) of each are a sample, and there are SAMPLES (49) of them
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLES_MAX = 999 };

/* What one of something takes, in ns: in the sample that nobody disturbed, and in the middle one. */
struct cost {
	double least, median;
};

static int there[2], back[2];
static char byte;

static void must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
}

/* A read of 0 bytes: into the kernel and back, and nothing to do there. */
static void system_call(void)
{
	must((int)read(there[0], &byte, 0), "read");
}

/* What one side does in a round, without anybody to switch to. */
static void byte_through_pipe(void)
{
	must((int)write(there[1], &byte, 1), "write");
	must((int)read(there[0], &byte, 1), "read");
}

/* The other process must run before the read can return, and this one before the other's next read can: two switches.
 */
static void round_trip(void)
{
	must((int)write(there[1], &byte, 1), "write");
	must((int)read(back[0], &byte, 1), "read");
}

static double nanoseconds(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now), "clock_gettime");
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static struct cost measure(void (*work)(void), int rounds, int samples)
{
	double each[SAMPLES_MAX];

	work(); /* takes the page faults, and is not counted */
	for (int i = 0; i < samples; i++) {
		double start = nanoseconds();

		for (int round = 0; round < rounds; round++)
			work();
		each[i] = (nanoseconds() - start) / rounds;
	}
	qsort(each, (size_t)samples, sizeof each[0], compare);
	return (struct cost){each[0], each[samples / 2]};
}

static void print(const char *what, struct cost cost, const char *how)
{
	printf("%-20s %10.1f %10.1f  %s\n", what, cost.least, cost.median, how);
}

static void echo(void)
{
	close(there[1]); /* else the read would never see the end of the pipe */
	while (read(there[0], &byte, 1) == 1)
		must((int)write(back[1], &byte, 1), "write");
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 20, samples = argc > 2 ? atoi(argv[2]) : 49;
	cpu_set_t one;

	if (rounds < 1 || samples < 1 || samples > SAMPLES_MAX) {
		fprintf(stderr, "usage: crossing_costs [ROUNDS [SAMPLES]], at most %d samples\n", SAMPLES_MAX);
		return 2;
	}
	/* Both processes on one CPU, or there would be nothing to switch. */
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	must(sched_setaffinity(0, sizeof one, &one), "sched_setaffinity");
	must(pipe(there), "pipe");
	must(pipe(back), "pipe");

	struct cost call = measure(system_call, rounds, samples);
	struct cost alone = measure(byte_through_pipe, rounds, samples);
	pid_t child = fork();
	must(child, "fork");
	if (child == 0) {
		echo();
		return 0;
	}
	struct cost trip = measure(round_trip, rounds, samples);
	close(there[1]);
	must(waitpid(child, NULL, 0), "waitpid");

	struct cost change = {(trip.least - 2 * alone.least) / 2, (trip.median - 2 * alone.median) / 2};
	printf("in ns                     least     median\n");
	print("system call", call, "");
	print("byte through a pipe", alone, "one write, one read");
	print("round of two pipes", trip, "two of each, and two switches");
	print("context switch", change, "half of what the switches add");
	return 0;
}
