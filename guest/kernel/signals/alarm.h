/* SPDX-License-Identifier: MIT */
/* Alarms: SIGALRM at a time that a process has asked for. alarm(2) and setitimer(2) set them, the scheduler calls back.
 */
#ifndef GUEST_KERNEL_SIGNALS_ALARM_H
#define GUEST_KERNEL_SIGNALS_ALARM_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/process/process_list.h"

/* Sets a process's alarm, in ns from now (0: none), and then every `interval` ns (0: once). */
void alarm_set(struct process *process, uint64_t nanoseconds, uint64_t interval);

/* How many ns are left until the alarm; 0: there is none. */
uint64_t alarm_left(const struct process *process);

/*
 * A place among the scheduler's sleepers whose time has come. Returns false if it is no alarm but the end of a sleep;
 * else the process gets its signal.
 */
bool alarm_expired(struct heap_place *place);

#endif
