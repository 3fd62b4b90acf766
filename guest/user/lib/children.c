/* SPDX-License-Identifier: MIT */
/* Starts processes, waits for them, and describes how they ended. */
#include "lib/children.h"

#include "lib/errors.h"
#include "lib/no_program.h"
#include "lib/print.h"
#include "lib/system_calls.h"

enum { NS_PER_MS = 1000000, MS_PER_S = 1000, NS_PER_S = 1000000000 };

/* A child that ends at once has ended after a yield or two; only for a slow one does the parent sleep. */
enum { YIELDS_BEFORE_SLEEP = 8 };

int start_program(char *const argv[], char *const envp[])
{
	int pid = fork();

	if (pid == 0) {
		int error = execve(argv[0], argv, envp);

		char why[NO_PROGRAM_TEXT];
		dprintf(STDERR, "%s: cannot execute: %s%s\n", argv[0], error_name(error),
			no_program_text(why, error, argv[0]));
		exit_group(STATUS_CANNOT_EXECUTE);
	}
	return pid;
}

void sleep_milliseconds(uint64_t milliseconds)
{
	struct timespec duration = {.tv_sec = (long)(milliseconds / MS_PER_S),
				    .tv_nsec = (long)(milliseconds % MS_PER_S) * NS_PER_MS};

	nanosleep(&duration, NULL);
}

uint64_t monotonic_nanoseconds(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

bool wait_or_kill(int pid, unsigned milliseconds, int *status)
{
	uint64_t deadline = monotonic_nanoseconds() + (uint64_t)milliseconds * NS_PER_MS;

	for (unsigned attempt = 0; wait4(pid, status, WNOHANG, NULL) == 0; attempt++) {
		if (attempt < YIELDS_BEFORE_SLEEP) {
			sched_yield();
		} else if (monotonic_nanoseconds() < deadline) {
			sleep_milliseconds(1);
		} else {
			kill(pid, SIGKILL);
			wait4(pid, status, 0, NULL);
			return true;
		}
	}
	return false;
}

const char *end_text(char text[static END_TEXT], int status)
{
	int signal = signal_of(status);

	if (signal)
		snprintf(text, END_TEXT, "killed by %s", signal_name(signal));
	else
		snprintf(text, END_TEXT, "exited with %d", exit_status_of(status));
	return text;
}
