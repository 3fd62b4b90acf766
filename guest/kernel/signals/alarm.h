/* SPDX-License-Identifier: MIT */
/* Alarms: SIGALRM at a time that a process has asked for by alarm(2) or setitimer(2). */
#ifndef GUEST_KERNEL_SIGNALS_ALARM_H
#define GUEST_KERNEL_SIGNALS_ALARM_H

#include <stdint.h>

#include "kernel/process/process_list.h"

/* Sets the current process's alarm, in ns from now (0: none), and then every `interval` ns (0: once). */
void alarm_set(uint64_t nanoseconds, uint64_t interval);

/* How many ns are left until the alarm of the current process; 0: there is none. */
uint64_t alarm_left(void);

#endif
