/* SPDX-License-Identifier: MIT */
/*
 * A scheduling policy decides which ready process is next and how long its turn is. Each is one file in policies/ and
 * one row of RINGSIDE_POLICIES (ringside/option_table.h), which has its name; schedule.c calls it through this table.
 */
#ifndef GUEST_KERNEL_SCHEDULE_POLICY_H
#define GUEST_KERNEL_SCHEDULE_POLICY_H

#include <stdbool.h>

#include "kernel/process/process_list.h"

struct policy {
	const char *description;
	void (*ready)(struct process *process); /* puts a process on the run queue; it is on no queue */
	struct process *(*next)(void);		/* takes the next process off the run queue; NULL: none is ready */
	bool (*tick)(struct process *running);	/* whether a timer interrupt ends its turn; NULL: always */
	void (*leave)(struct process *process); /* takes a process off the run queue, before its turn came */
};

#endif
