/* SPDX-License-Identifier: MIT */
/*
 * Uses up what the kernel has and looks whether calls that need more fail as they should, and work afterwards.
 *   exhaust memory    all memory by getrandom, and the first path after that; as init, before there is a tree of files
 *   exhaust largest   memory held by one process, and touched by another that has little: only the first may be ended
 *   exhaust pids      all pids, after the pid of a group's leader that is gone was not given again
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { PAGE = 4096, SMALL = 128 * PAGE, PIDS = 32768, OPENS = 3 };

/* Takes one page after another by a system call, until that fails: then every page of the machine is taken. */
static size_t fill_by_getrandom(uint64_t address, size_t size)
{
	size_t filled = 0;

	while (filled < size && system_call(RINGSIDE_SYS_getrandom, address + filled, 1, 0, 0, 0, 0) == 1)
		filled += PAGE;
	return filled;
}

static void memory(void)
{
	size_t size = 256UL << 20;
	long at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int result = 0;

	check(at > 0, "a mapping larger than memory");
	size_t filled = fill_by_getrandom((uint64_t)at, size);
	check(filled > 0 && filled < size, "getrandom fills memory and fails then");
	for (int i = 0; i < OPENS; i++)
		result = open("/no/such/file", O_RDONLY, 0);
	check(result == -ENOMEM, "without memory open fails: %s", error_name(result));
	check(munmap((void *)at, size) == 0, "the memory is given back");
	int fd = open("/proc/processes", O_RDONLY, 0);
	check(fd >= 0, "after that open works");
}

/*
 * A child that waits for a byte on a pipe, takes up to `size` bytes of memory, by touching them or by calls that fail
 * without memory, writes a byte, and ends after another byte.
 */
static int holder(int begin, int done, size_t size, bool touches)
{
	int pid = fork();
	char byte = 0;

	if (pid != 0)
		return pid;
	long at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	read(begin, &byte, 1);
	for (size_t i = 0; touches && i < size; i += PAGE)
		((volatile char *)at)[i] = 1;
	if (!touches)
		fill_by_getrandom((uint64_t)at, size);
	write(done, &byte, 1);
	read(begin, &byte, 1);
	exit_group(0);
}

static void largest(void)
{
	int to_large[2], to_small[2], done[2], status = 0;
	char byte = 0;

	pipe(to_large);
	pipe(to_small);
	pipe(done);
	int small = holder(to_small[0], done[1], SMALL, true);
	int large = holder(to_large[0], done[1], 256UL << 20, false);
	check(small > 0 && large > 0, "two processes");
	write(to_large[1], &byte, 1);
	read(done[0], &byte, 1);
	int refused = fork();
	if (refused == 0)
		exit_group(0);
	check(refused == -ENOMEM, "without memory fork fails: %s", error_name(refused));
	write(to_small[1], &byte, 1);
	check(wait4(large, &status, 0, NULL) == large && signal_of(status) == SIGKILL, "the largest is ended");
	read(done[0], &byte, 1);
	write(to_small[1], &byte, 1);
	int ended = wait4(small, &status, 0, NULL);
	check(ended == small && status == 0, "the small one is not: 0x%x", (unsigned)status);
}

/* Makes a child that leads a group of its own, has a child in it, and ends. The group; *member is the child's child. */
static int group_without_leader(int *member)
{
	int ends[2], leader;

	pipe(ends);
	leader = fork();
	if (leader == 0) {
		setpgid(0, 0);
		int pid = fork();
		if (pid == 0)
			for (;;)
				nanosleep(&(struct timespec){1000, 0}, NULL);
		write(ends[1], &pid, sizeof(pid));
		exit_group(0);
	}
	read(ends[0], member, sizeof(*member));
	wait4(leader, NULL, 0, NULL);
	close(ends[0]);
	close(ends[1]);
	return leader;
}

/* Makes and reaps `count` processes. How many had this pid; -1: fork failed. */
static int forks_with_pid(int count, int wanted)
{
	int seen = 0;

	for (int i = 0; i < count; i++) {
		int pid = fork();
		if (pid == 0)
			exit_group(0);
		if (pid < 0 || wait4(pid, NULL, 0, NULL) != pid)
			return -1;
		seen += pid == wanted;
	}
	return seen;
}

static void pids(void)
{
	int member, made = 0, reaped = 0, pid;
	int group = group_without_leader(&member);

	int seen = forks_with_pid(PIDS, group);
	check(seen == 0, "the number of a live group is no new process's: %d", seen);
	check(kill(-group, SIGKILL) == 0, "the group is still there");
	while (wait4(member, NULL, 0, NULL) == -ECHILD && kill(member, 0) == 0) /* it is init's, if that is not us */
		sched_yield();
	seen = forks_with_pid(PIDS, group);
	check(seen == 1, "without members it is a pid again: %d", seen);

	/* Each child ends at once, so that a zombie is all that it keeps. */
	while ((pid = fork()) > 0) {
		made++;
		sched_yield();
	}
	if (pid == 0)
		exit_group(0);
	check(pid == -EAGAIN, "after %d processes fork fails: %s", made, error_name(pid));
	check(made > PIDS - 100, "nearly all pids were given");
	while (wait4(-1, NULL, 0, NULL) > 0)
		reaped++;
	check(reaped == made, "each of them was reaped: %d", reaped);
	check(forks_with_pid(10, 0) == 0, "fork works again");
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "memory"))
		memory();
	else if (argc == 2 && !strcmp(argv[1], "largest"))
		largest();
	else if (argc == 2 && !strcmp(argv[1], "pids"))
		pids();
	else
		return STATUS_USAGE;
	return check_summary("exhaust");
}
