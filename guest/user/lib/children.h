/* SPDX-License-Identifier: MIT */
/* Starts processes, waits for them, and describes how they ended. Programs of every kind use it. */
#ifndef USER_CHILDREN_H
#define USER_CHILDREN_H

#include <stdbool.h>
#include <stdint.h>

enum { STATUS_CANNOT_EXECUTE = 127, STATUS_SIGNAL_BASE = 128, END_TEXT = 32 };

/* The parts of a status of wait4 (Linux's encoding); signal_of returns 0 for a process that exited. */
static inline int signal_of(int status)
{
	return status & 0x7f;
}

static inline bool is_stopped(int status)
{
	return (status & 0xff) == 0x7f;
}

static inline int exit_status_of(int status)
{
	return status >> 8 & 0xff;
}

/* Forks and executes argv[0] in the child; returns the child's pid or fork's negative error. */
int start_program(char *const argv[], char *const envp[]);

/* Waits for `pid` at most `milliseconds` and kills it after that. Returns true if it had to be killed. */
bool wait_or_kill(int pid, unsigned milliseconds, int *status);

/* Writes "exited with 3" or "killed by SIGSEGV" into `text`; returns `text`. */
const char *end_text(char text[static END_TEXT], int status);

void sleep_milliseconds(uint64_t milliseconds);
uint64_t monotonic_nanoseconds(void);

#endif
