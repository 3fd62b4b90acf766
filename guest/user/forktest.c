/* SPDX-License-Identifier: MIT */
/*
 * Tests processes: what fork copies and what it shares, how wait4 reports the end of a child, who adopts orphans, whom
 * kill reaches, what resource usage the kernel counts.
 *   forktest
 */
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"

enum { PAGES = 8, PAGE = 4096, CHILDREN = 16, ORPHAN_MS = 50, SPIN_TURNS = 50000000 };

static volatile uint8_t memory[PAGES][PAGE];

static int wait_for(int pid)
{
	int status = -1;

	return wait4(pid, &status, 0, NULL) == pid ? status : -1;
}

static void spin(void)
{
	for (int i = 0; i < SPIN_TURNS; i++)
		__asm__ volatile("");
}

static bool memory_is(uint8_t value)
{
	for (int i = 0; i < PAGES; i++)
		if (memory[i][0] != value)
			return false;
	return true;
}

static void fill_memory(uint8_t value)
{
	for (int i = 0; i < PAGES; i++)
		memory[i][0] = value;
}

/* Parent and child write after the fork; neither may see the other's values. */
static void test_copies(void)
{
	fill_memory(1);
	int pid = fork();

	if (pid == 0) {
		bool inherited = memory_is(1);

		fill_memory(2);
		sched_yield();
		exit_group(inherited && memory_is(2) ? 0 : 1);
	}
	fill_memory(3);
	int status = wait_for(pid);

	check(status == 0, "a child has its parent's memory, and its own copy: status 0x%x", (unsigned)status);
	check(memory_is(3), "a parent does not see what its child writes");
}

static void test_statuses(void)
{
	static const int statuses[] = {0, 1, 127, 255, 256 + 7};

	for (unsigned i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		int pid = fork();

		if (pid == 0)
			exit_group(statuses[i]);
		int status = wait_for(pid);

		check(status == (statuses[i] & 0xff) << 8, "exit(%d): status 0x%x", statuses[i], (unsigned)status);
	}
}

static void test_kill(void)
{
	static const int signals[] = {SIGKILL, SIGTERM, SIGSEGV};

	for (unsigned i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		int pid = fork();

		if (pid == 0)
			for (;;)
				sleep_milliseconds(1000);
		int none = wait4(pid, NULL, WNOHANG, NULL);
		int sent = kill(pid, signals[i]), status = wait_for(pid);

		check(none == 0 && sent == 0 && signal_of(status) == signals[i], "a sleeping process dies of %s: %s",
		      signal_name(signals[i]), signal_name(signal_of(status)));
		check(kill(pid, SIGKILL) == -ESRCH, "a process that was waited for cannot be killed again");
	}
}

static void test_any_child(void)
{
	unsigned seen = 0, pid_sum = 0;
	int status;

	for (int i = 0; i < CHILDREN; i++) {
		int pid = fork();

		if (pid == 0)
			exit_group(i);
		pid_sum += (unsigned)pid;
	}
	for (int i = 0; i < CHILDREN; i++) {
		pid_sum -= (unsigned)wait4(-1, &status, 0, NULL);
		seen |= 1U << exit_status_of(status);
	}
	check(seen == (1U << CHILDREN) - 1 && pid_sum == 0, "each of %d children is waited for once", CHILDREN);
	check(wait4(-1, &status, 0, NULL) == -ECHILD, "a process without children has none to wait for");
}

static void test_not_mine(void)
{
	int pid = fork();

	if (pid == 0)
		exit_group(wait4(getppid(), NULL, WNOHANG, NULL) == -ECHILD ? 0 : 1);
	check(wait_for(pid) == 0, "a process cannot wait for one that is not its child");
}

/* The middle process ends first; its child waits until it has a new parent and prints that parent's pid. */
static void test_orphan(void)
{
	int pid = fork();

	if (pid == 0) {
		int parent = getpid();

		if (fork() == 0) {
			while (getppid() == parent)
				sleep_milliseconds(1);
			printf("      an orphan's new parent is pid %d\n", getppid());
			exit_group(0);
		}
		exit_group(0);
	}
	check(wait_for(pid) == 0, "a parent may end before its child");
	sleep_milliseconds(ORPHAN_MS);
}

static void test_usage(void)
{
	struct rusage usage = {0};
	int pid = fork();

	if (pid == 0) {
		spin();
		sleep_milliseconds(1);
		exit_group(0);
	}
	int waited = wait4(pid, NULL, 0, &usage);

	check(waited == pid && usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec > 0 && usage.ru_nvcsw > 0,
	      "the kernel counted: %ld us in ring 3, %ld us in ring 0, %ld and %ld switches",
	      usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec,
	      usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec, usage.ru_nvcsw, usage.ru_nivcsw);
}

int main(void)
{
	test_copies();
	test_statuses();
	test_kill();
	test_any_child();
	test_not_mine();
	test_orphan();
	test_usage();
	return check_summary("forktest");
}
