/* SPDX-License-Identifier: MIT */
/*
 * Makes calls that take long, since they go over much memory or many processes, beside a process that must get the CPU
 * all the same: it reads the clock all the time and says how long it went without the CPU at most.
 *   longcalls [MIB]    with so much memory (8)
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"

enum { PAGE = 4096, MIB = 1 << 20, TABLE = 512 * PAGE, CHILDREN = 100, DONT_NEED = 4 };

/* Until nobody holds the other end of the pipe. */
static _Noreturn void watch(int fd)
{
	uint64_t longest = 0, last = monotonic_nanoseconds();
	struct pollfd end = {.fd = fd};
	const struct timespec at_once = {0, 0};

	while (ppoll(&end, 1, &at_once, NULL, 0) == 0) {
		uint64_t now = monotonic_nanoseconds();
		if (now - last > longest)
			longest = now - last;
		last = now;
	}
	printf("longcalls: %lu us without the CPU at most\n", longest / 1000);
	exit(0);
}

static char *map(size_t size)
{
	long at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(at > 0, "a mapping of %lu MiB", size / MIB);
	return (char *)at;
}

/* Both go on in memory that they share until one of them writes; the child ends at once. */
static void fork_and_exit(const char *what)
{
	int pid = fork();

	if (pid == 0)
		exit(0);
	check(pid > 0 && wait4(pid, NULL, 0, NULL) == pid, "fork and exit with %s", what);
}

static void dense(size_t size)
{
	int zeros = open("/dev/zero", O_RDONLY, 0);
	char *at = map(size);

	check(read(zeros, at, size) == (long)size, "all of it read from /dev/zero");
	close(zeros);
	fork_and_exit("all of it");
	check(mprotect(at, size, PROT_READ) == 0, "mprotect");
	check(system_call(RINGSIDE_SYS_madvise, (uint64_t)at, size / 2, DONT_NEED, 0, 0, 0) == 0, "madvise");
	check(munmap(at, size) == 0, "munmap");
}

/* One page in each page table, so that there are as many tables as pages. */
static void sparse(size_t size)
{
	size_t span = size / (2 * PAGE) * TABLE;
	char *at = map(span);

	for (size_t i = 0; i < span; i += TABLE)
		at[i] = 1;
	fork_and_exit("sparse memory");
	check(munmap(at, span) == 0, "munmap of sparse memory");
}

/* Children that become init's, all at once. */
static void orphans(void)
{
	int pid = fork();

	if (pid == 0) {
		for (int i = 0; i < CHILDREN; i++)
			if (fork() == 0)
				exit(0);
		exit(0);
	}
	check(wait4(pid, NULL, 0, NULL) == pid, "exit with many children");
}

int main(int argc, char **argv)
{
	size_t size = number_argument(argc, argv, 1, 8) * MIB;
	int ends[2], status;

	pipe(ends);
	int watcher = fork();
	if (watcher == 0) {
		close(ends[1]);
		watch(ends[0]);
	}
	dense(size);
	sparse(size / 4);
	orphans();
	close(ends[1]);
	check(wait4(watcher, &status, 0, NULL) == watcher && status == 0, "the other process went on");
	return check_summary("longcalls");
}
