/* SPDX-License-Identifier: MIT */
/*
 * The first process: starts the others and waits for them.
 *   init               the demonstration: two programs that compute, one that makes system calls, one that misbehaves
 *   init quick         the same with little work, for slow hosts
 *   init PROG ARGS...  runs PROG and ends with its status (128 + signal if it was killed)
 * As the first process it inherits orphans, so it waits for any child, not only for its own.
 */
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum { KILLED = -1 };

struct job {
	char *program;
	char *argument, *quick; /* amount of work: usually, and for `init quick` */
	const char *what;
	int expected; /* exit status, or KILLED */
	int pid;
};

static struct job jobs[] = {
	{"sieve", "150000", "500", "computes: sieves the primes below 1000", 168, 0},
	{"queens", "42000", "140", "computes: places 8 queens on a chessboard", 92, 0},
	{"chatty", "8", "2", "makes one system call after another", 0, 0},
	{"rogue", "cli", "cli", "executes cli, which is the kernel's to do", KILLED, 0},
};

static struct job *job_of(int pid)
{
	for (size_t i = 0; i < COUNT(jobs); i++)
		if (jobs[i].pid == pid)
			return &jobs[i];
	return NULL;
}

static void start_jobs(bool quick, char *const envp[])
{
	for (size_t i = 0; i < COUNT(jobs); i++) {
		struct job *job = &jobs[i];
		char *argv[] = {job->program, quick ? job->quick : job->argument, NULL};

		job->pid = start_program(argv, envp);
		if (job->pid < 0)
			dprintf(STDERR, "init: cannot start %s: %s\n", job->program, error_name(job->pid));
		else
			printf("init: pid %-2d %-6s  %s\n", job->pid, job->program, job->what);
	}
}

static bool as_expected(const struct job *job, int status)
{
	if (job->expected == KILLED)
		return signal_of(status) != 0;
	return signal_of(status) == 0 && exit_status_of(status) == job->expected;
}

static int demonstration(bool quick, char *const envp[])
{
	char text[END_TEXT];
	size_t good = 0;
	int pid, status;

	start_jobs(quick, envp);
	while ((pid = wait4(-1, &status, 0, NULL)) > 0) {
		struct job *job = job_of(pid);

		if (!job)
			continue;
		good += as_expected(job, status);
		printf("init: pid %-2d %-6s  %s\n", pid, job->program, end_text(text, status));
	}
	return good == COUNT(jobs) ? 0 : 1;
}

static int run(char *const argv[], char *const envp[])
{
	int program = start_program(argv, envp), pid, status = 0;

	if (program < 0) {
		dprintf(STDERR, "init: cannot start %s: %s\n", argv[0], error_name(program));
		return STATUS_CANNOT_EXECUTE;
	}
	do
		pid = wait4(-1, &status, 0, NULL);
	while (pid > 0 && pid != program);
	return signal_of(status) ? STATUS_SIGNAL_BASE + signal_of(status) : exit_status_of(status);
}

int main(int argc, char **argv, char **envp)
{
	if (argc == 1)
		return demonstration(false, envp);
	if (argc == 2 && !strcmp(argv[1], "quick"))
		return demonstration(true, envp);
	return run(argv + 1, envp);
}
