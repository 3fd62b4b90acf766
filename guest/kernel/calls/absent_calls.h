/* SPDX-License-Identifier: MIT */
/* System calls that this kernel does not have. */
#ifndef GUEST_KERNEL_CALLS_ABSENT_CALLS_H
#define GUEST_KERNEL_CALLS_ABSENT_CALLS_H

#include <stdint.h>

/* The handler of every number without a system call: counts the attempt and returns -ENOSYS. */
int64_t no_such_call(void);

/* What clone(2) returns when it is asked for a thread: counts the attempt and returns -ENOSYS. */
int64_t no_threads(void);

/* Prints one line about the attempts; nothing if there were none. */
void report_absent_calls(void);

#endif
