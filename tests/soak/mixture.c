/* SPDX-License-Identifier: MIT */
/*
 * Runs in the guest as its init, by the guest's own small library: one program of `programs` after the other, crashme
 * beside them all the time, and every CLOCK_MS a line "clock NANOSECONDS", the time in the guest.
 *   mixture SECONDS
 * Prints a line for each program that ends otherwise than it should, and one at the end. The status is 1 if there was
 * such a program. tests/soak/watch.c reads the lines.
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

enum { CLOCK_MS = 50, CLOCK_LINES_MIN = 20, WORDS_MAX = 5, DIGITS = 24, CRASHES = 20 };

#define NS_PER_S UINT64_C(1000000000)

static const struct row {
	int exit_status; /* that the program must have */
	char *words[WORDS_MAX];
} programs[] = {
	{168, {"sieve", "100"}},
	{92, {"queens", "100"}},
	{0, {"null", "20000"}},
	{0, {"yield", "2000"}},
	{0, {"fputest"}},
	{0, {"regtest", "1"}},
	{0, {"forkbench", "50"}},
	{0, {"manyprocs", "50", "4"}},
	{0, {"execloop", "50"}},
	{0, {"chatty", "20"}},
	{0, {"sh", "-c", "echo a b c | cat | cat; ls > /dev/null; ps > /dev/null"}},
	{0, {"recurse", "100"}},
	{0, {"args", "one", "two"}},
#ifdef HAVE_ORDINARY_PROGRAMS
	{0, {"arithmetic"}},
	{0, {"allocation"}},
	{0, {"signals"}},
	{0, {"pipes"}},
#endif
};

enum { PROGRAMS = sizeof(programs) / sizeof(*programs) };

static uint64_t end;

static bool is_over(void)
{
	return monotonic_nanoseconds() >= end;
}

/* Starts a program whose output nobody reads, in a process group of its own. */
static int start_silently(char *const words[])
{
	char *environment[] = {NULL};
	int pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR, 0);

		setpgid(0, 0);
		dup2(null, STDOUT);
		execve(words[0], words, environment);
		exit_group(STATUS_CANNOT_EXECUTE);
	}
	return pid;
}

enum { ANY_EXIT = -1, PATIENCE_MS = 120000, CRASHME_MS = 5000 };

/*
 * Runs a program. Returns whether it exited with that status. What the program has started and left behind is killed:
 * an endless child of a crashme that was ended would take the CPU until the end of the run.
 */
static bool run(char *const words[], int exit_status, const char *what)
{
	char text[END_TEXT];
	int status = 0, pid = start_silently(words);

	if (pid < 0) {
		printf("mixture: %s: fork: %s\n", what, error_name(pid));
		return false;
	}
	bool killed = wait_or_kill(pid, exit_status == ANY_EXIT ? CRASHME_MS : PATIENCE_MS, &status);
	kill(-pid, SIGKILL);
	if (killed) {
		if (exit_status == ANY_EXIT)
			return true;
		printf("mixture: %s has hung for %u s\n", what, PATIENCE_MS / 1000);
	}
	if (signal_of(status) == 0 && (exit_status == ANY_EXIT || exit_status_of(status) == exit_status))
		return true;
	printf("mixture: %s %s\n", what, end_text(text, status));
	return false;
}

/* Tells the parent how many programs ran and how many of them failed. */
struct tally {
	uint64_t ran, failed;
};

static _Noreturn void run_programs(int out)
{
	struct tally tally = {0};

	for (; !is_over(); tally.ran++) {
		const struct row *row = &programs[tally.ran % PROGRAMS];

		tally.failed += !run(row->words, row->exit_status, row->words[0]);
	}
	write(out, &tally, sizeof(tally));
	exit_group(0);
}

/*
 * crashme also compares the free pages, and waits until there are as many processes as before; the programs beside it
 * change both, so here it may say what it likes, and is ended after CRASHME_MS: whether
 * it has harmed anybody, the programs beside it show. A line about it names the first of its seeds.
 */
static _Noreturn void run_crashme(int out)
{
	struct tally tally = {0};
	char seed[DIGITS], count[DIGITS], what[2 * DIGITS];
	char *const words[] = {"crashme", seed, count, NULL};

	snprintf(count, sizeof(count), "%u", CRASHES);
	for (; !is_over(); tally.ran += CRASHES) {
		snprintf(seed, sizeof(seed), "%lu", tally.ran + 1);
		snprintf(what, sizeof(what), "crashme %s", seed);
		tally.failed += !run(words, ANY_EXIT, what);
	}
	write(out, &tally, sizeof(tally));
	exit_group(0);
}

static int start_runner(void (*runner)(int out), int *in)
{
	int ends[2];

	if (pipe(ends) < 0)
		return -1;
	int pid = fork();
	if (pid == 0)
		runner(ends[1]);
	close(ends[1]);
	*in = ends[0];
	return pid;
}

int main(int argc, char **argv)
{
	struct tally some = {0}, crashes = {0};
	int some_in, crashes_in, status;

	end = monotonic_nanoseconds() + number_argument(argc, argv, 1, 10) * NS_PER_S;
	if (start_runner(run_programs, &some_in) < 0 || start_runner(run_crashme, &crashes_in) < 0)
		return STATUS_USAGE;
	for (unsigned lines = 0; !is_over() || lines < CLOCK_LINES_MIN; lines++) {
		printf("clock %lu\n", monotonic_nanoseconds());
		sleep_milliseconds(CLOCK_MS);
	}
	if (read(some_in, &some, sizeof(some)) != sizeof(some) ||
	    read(crashes_in, &crashes, sizeof(crashes)) != sizeof(crashes))
		some.failed++;
	kill(-1, SIGKILL); /* everybody but init, which this is: random programs can leave their group */
	while (wait4(-1, &status, 0, NULL) > 0)
		;
	printf("mixture: %lu programs and %lu random ones, %lu failed\n", some.ran, crashes.ran,
	       some.failed + crashes.failed);
	return some.failed + crashes.failed > 0;
}
