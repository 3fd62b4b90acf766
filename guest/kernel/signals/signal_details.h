/* SPDX-License-Identifier: MIT */
/* What a process has of signals, from its birth to its end: fork, exec and the end of a process call this. */
#ifndef GUEST_KERNEL_SIGNALS_SIGNAL_DETAILS_H
#define GUEST_KERNEL_SIGNALS_SIGNAL_DETAILS_H

#include <stdbool.h>

#include "kernel/process/process_list.h"

/* The details of a process (signal_set.h), made if there are none yet; NULL: out of memory. */
struct signal_details *signals_details(struct process *process);

/* Gives the child of fork what it inherits. False: out of memory. */
bool signals_copy(struct process *child, const struct process *parent);

/* Puts handled signals back to their default actions and drops the alternate stack, as exec does. */
void signals_reset(struct process *process);

/* Gives back the memory and the alarm of a process that ends. Most have neither. */
void signals_put(struct process *process);
static inline void signals_free(struct process *process)
{
	if (process->signals.details != NULL || timeout_is_set(&process->signals.alarm))
		signals_put(process);
}

#endif
