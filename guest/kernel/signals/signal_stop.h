/* SPDX-License-Identifier: MIT */
/* Job control: stopping and continuing processes, and telling parents. Signals, wait4 and the end of a process call
 * this. */
#ifndef GUEST_KERNEL_SIGNALS_SIGNAL_STOP_H
#define GUEST_KERNEL_SIGNALS_SIGNAL_STOP_H

#include <stdbool.h>

#include "kernel/process/process_list.h"

/*
 * Does the default action of a signal that stops. A stopped process stays where it is, in ring 3 or in a system call; a
 * wait may come to its end meanwhile. If it is the current process, this returns when it continues.
 */
void signal_stop(struct process *process, unsigned signal);

/* Lets a process go on that is STOPPED; any other process stays as it is. */
void signal_continue(struct process *process);

/* Sends a process's parent SIGCHLD with this code and status, and wakes it if it waits for a child. */
void signal_parent(struct process *child, int code, int status);

/*
 * A child for wait4, by its `pid` argument, that has stopped (if `stopped`) or continued (if `continued`) since this
 * was last reported. With its status in *status; NULL: there is none.
 */
struct process *signal_changed_child(int32_t pid, bool stopped, bool continued, int *status);

/* Before a process ends: SIGHUP and SIGCONT for its stopped children, whom nobody else would continue. */
void signal_release_children(struct process *parent);

/* Whether no process outside the group could continue it: no member has a parent of its session in another group. */
bool group_is_orphaned(uint32_t group);

#endif
