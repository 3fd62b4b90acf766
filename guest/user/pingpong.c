/* SPDX-License-Identifier: MIT */
/*
 * The homework of the chapter on limited direct execution: what a null system call costs, and what a context switch
 * costs, measured as lmbench does: two processes on one CPU, two pipes, one byte that goes to and fro.
 *   pingpong [ROUNDS [SAMPLES]]   ROUNDS (1000) of each are one sample, and there are SAMPLES (9) of them
 * It also runs on Linux, where both processes must be kept on one CPU (taskset -c 0).
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

enum { SAMPLES_MAX = 99, ROUNDS_MAX = 10000000 };

struct pipe_ends {
	int from, to;
};

/* What one of something took in each sample, in tenths of ns. Differences of two measurements can be negative. */
struct samples {
	uint64_t count;
	int64_t tenths[SAMPLES_MAX];
};

static struct pipe_ends there, back;
static char byte;

/* ---- what is measured; each function does it `rounds` times ---- */

static void empty_loop(uint64_t rounds)
{
	while (rounds--)
		__asm__ volatile("");
}

static void null_call(uint64_t rounds)
{
	while (rounds--)
		read(there.from, &byte, 0);
}

/* One process does what the two do in a round, but neither call of a pair can block, so nothing switches. */
static void byte_through_pipe(uint64_t rounds)
{
	while (rounds--) {
		write(there.to, &byte, 1);
		read(there.from, &byte, 1);
	}
}

static void round_trip(uint64_t rounds)
{
	while (rounds--) {
		write(there.to, &byte, 1);
		read(back.from, &byte, 1);
	}
}

static _Noreturn void other_process(void)
{
	close(there.to); /* so that the read below sees the end when the first process has closed its end */
	while (read(there.from, &byte, 1) == 1)
		write(back.to, &byte, 1);
	exit_group(0);
}

/* ---- measuring ---- */

/* The first run is not counted: it takes the page faults. */
static void measure(struct samples *samples, void (*work)(uint64_t rounds), uint64_t rounds)
{
	work(1);
	for (uint64_t i = 0; i < samples->count; i++) {
		uint64_t start = monotonic_nanoseconds();

		work(rounds);
		samples->tenths[i] = (int64_t)((monotonic_nanoseconds() - start) * 10 / rounds);
	}
}

static void sort(struct samples *samples)
{
	for (uint64_t i = 1; i < samples->count; i++)
		for (uint64_t j = i; j > 0 && samples->tenths[j] < samples->tenths[j - 1]; j--) {
			int64_t tenths = samples->tenths[j];
			samples->tenths[j] = samples->tenths[j - 1];
			samples->tenths[j - 1] = tenths;
		}
}

static int64_t median(struct samples *samples)
{
	sort(samples);
	return samples->tenths[samples->count / 2];
}

static void subtract(struct samples *samples, int64_t tenths)
{
	for (uint64_t i = 0; i < samples->count; i++)
		samples->tenths[i] -= tenths;
}

/* "123.4", "-0.5" */
static const char *number_text(char text[static 24], int64_t tenths)
{
	uint64_t size = tenths < 0 ? (uint64_t)-tenths : (uint64_t)tenths;

	snprintf(text, 24, "%s%lu.%lu", tenths < 0 ? "-" : "", size / 10, size % 10);
	return text;
}

static void print_row(const char *what, struct samples *samples, const char *how)
{
	char middle[24], least[24], most[24];

	sort(samples);
	printf("  %-18s %10s %10s %10s  %s\n", what, number_text(middle, median(samples)),
	       number_text(least, samples->tenths[0]), number_text(most, samples->tenths[samples->count - 1]), how);
}

/* How often processes gave the CPU up (voluntary) and lost it: this one, and its children that were waited for. */
static struct rusage switches_until_now(void)
{
	enum { SELF = 0, CHILDREN = -1 };
	struct rusage own = {0}, children = {0};

	getrusage(SELF, &own);
	getrusage(CHILDREN, &children);
	own.ru_nvcsw += children.ru_nvcsw;
	own.ru_nivcsw += children.ru_nivcsw;
	return own;
}

static int measure_ping_pong(struct samples *samples, uint64_t rounds)
{
	struct rusage before = switches_until_now();
	int child = fork();

	if (child == 0)
		other_process();
	if (child < 0) {
		dprintf(STDERR, "pingpong: fork: %s\n", error_name(child));
		return 1;
	}
	measure(samples, round_trip, rounds);
	close(there.to);
	wait4(child, NULL, 0, NULL);
	struct rusage after = switches_until_now();
	printf("%lu rounds of ping-pong: %ld switches because a process blocked, %ld because it lost the CPU\n",
	       samples->count * rounds + 1, after.ru_nvcsw - before.ru_nvcsw, after.ru_nivcsw - before.ru_nivcsw);
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t rounds = number_argument(argc, argv, 1, 1000), count = number_argument(argc, argv, 2, 9);
	struct samples loop = {count, {0}}, call = {count, {0}}, pass = {count, {0}}, trip = {count, {0}};

	if (rounds == 0 || rounds > ROUNDS_MAX || count == 0 || count > SAMPLES_MAX) {
		dprintf(STDERR, "pingpong: ROUNDS is 1 to %u, SAMPLES 1 to %u\n", ROUNDS_MAX, SAMPLES_MAX);
		return STATUS_USAGE;
	}
	if (pipe((int *)&there) != 0 || pipe((int *)&back) != 0) {
		dprintf(STDERR, "pingpong: no pipes\n");
		return 1;
	}
	measure(&loop, empty_loop, rounds);
	measure(&call, null_call, rounds);
	measure(&pass, byte_through_pipe, rounds);
	if (measure_ping_pong(&trip, rounds) != 0)
		return 1;

	int64_t overhead = median(&loop);
	subtract(&call, overhead);
	subtract(&pass, overhead);
	subtract(&trip, overhead);
	printf("%lu samples of %lu, in ns     median      least       most  what was subtracted\n", count, rounds);
	print_row("empty loop", &loop, "nothing");
	print_row("null system call", &call, "the empty loop");
	print_row("byte through pipe", &pass, "the empty loop; it is one write and one read");
	print_row("round of ping-pong", &trip, "the empty loop; it is two of each, and two switches");
	subtract(&trip, 2 * median(&pass));
	for (uint64_t i = 0; i < count; i++)
		trip.tenths[i] /= 2;
	print_row("context switch", &trip, "two bytes through a pipe from a round; the half of that");
	return 0;
}
