/* SPDX-License-Identifier: MIT */
/* Sending signals: kill and its relatives, the terminal, pipes, traps and alarms call this. */
#ifndef GUEST_KERNEL_SIGNALS_SIGNAL_H
#define GUEST_KERNEL_SIGNALS_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/process/process_list.h"

/*
 * Sends a signal to a process. Does not return if it ends the current process; returns later if it stops it. 0, or
 * -EPERM: only init itself may end init. The second takes what the handler is told (NULL: the kernel sent it).
 */
int signal_send(struct process *target, unsigned signal);
int signal_send_info(struct process *target, unsigned signal, const struct signal_info *info);

/* As signal_send_info, for what a process has asked for itself: it may end init. */
void signal_post(struct process *target, unsigned signal, const struct signal_info *info);

/*
 * Acts on the pending signals that a process does not block, after its mask or its handlers changed. What is ignored
 * goes, default actions are done, and for handled signals the process's wait ends and its next return from a trap goes
 * through signals_return.
 */
void signals_notice(struct process *process);

/* As signals_notice, without the last: returns the signals whose handlers must be entered. */
uint64_t signals_act(struct process *process);

/* Whether a signal, if it is not blocked, is ignored or has no action by default. */
bool signal_does_nothing(const struct process *process, unsigned signal);

/* Whether a handler waits to be entered, so that the current process must not block. */
static inline bool signals_are_due(const struct process *process)
{
	return (process->signals.pending & ~process->signals.blocked) != 0;
}

/*
 * Sends a signal to a process group, or to EVERYBODY, which leaves out init and the current process. Returns how many
 * living processes the signal was for; -ESRCH if there is not even a zombie.
 */
enum { EVERYBODY = 0 };
int signal_group(uint32_t group, unsigned signal, const struct signal_info *info);

/* Whether there is a process of that group, zombies included. */
bool group_exists(uint32_t group);

/* ---- signal_details.c: the actions and infos of a process ---- */

/* The details of a process, made if there are none yet; NULL: out of memory. */
struct signal_details *signals_details(struct process *process);

/* Gives the child of fork what it inherits. False: out of memory. */
bool signals_copy(struct process *child, const struct process *parent);

/* Puts handled signals back to their default actions and drops the alternate stack, as exec does. */
void signals_reset(struct process *process);

/* Gives back the memory and the alarm of a process that ends. */
void signals_free(struct process *process);

#endif
