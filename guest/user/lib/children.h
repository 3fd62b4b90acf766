/* SPDX-License-Identifier: MIT */
/* Starting processes, waiting for them, and saying how they ended. */
#ifndef USER_CHILDREN_H
#define USER_CHILDREN_H

#include <stdbool.h>
#include <stdint.h>

enum { STATUS_CANNOT_EXECUTE = 127, STATUS_SIGNAL_BASE = 128, END_TEXT = 32 };

/* The status of wait4 taken apart (Linux's encoding); signal_of is 0 for a process that exited. */
static inline int signal_of(int status)
{
	return status & 0x7f;
}

static inline int exit_status_of(int status)
{
	return status >> 8 & 0xff;
}

/* Forks and executes argv[0]; returns the child's pid or a negative error. */
int start_program(char *const argv[], char *const envp[]);

/* Waits for `pid` at most `milliseconds`, then kills it. Returns true if it had to be killed. */
bool wait_or_kill(int pid, unsigned milliseconds, int *status);

/* "exited with 3" or "killed by SIGSEGV" into `text`; returns it. */
const char *end_text(char text[static END_TEXT], int status);

void sleep_milliseconds(uint64_t milliseconds);
uint64_t monotonic_nanoseconds(void);

#endif
