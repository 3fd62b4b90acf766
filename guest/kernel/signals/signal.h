/* SPDX-License-Identifier: MIT */
/*
 * Sending signals: kill and its relatives, the terminal, pipes, traps, alarms and the end of a process call this.
 *
 * A signal becomes pending, and acts when its process next returns from a trap (signal_return.c): a handler is entered,
 * or the process ends. So a process is never ended in the midst of a system call. Only a stop acts at once, so that a
 * process that waits goes on waiting meanwhile.
 */
#ifndef GUEST_KERNEL_SIGNALS_SIGNAL_H
#define GUEST_KERNEL_SIGNALS_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/process/process_list.h"

/*
 * Sends a signal to a process. 0, or -EPERM: only init itself may end init. The second takes what the handler is told
 * (NULL: the kernel sent it).
 */
int signal_send(struct process *target, unsigned signal);
int signal_send_info(struct process *target, unsigned signal, const struct signal_info *info);

/* As signal_send_info, for what a process has asked for itself: it may end init. */
void signal_post(struct process *target, unsigned signal, const struct signal_info *info);

/*
 * Sends the current process a signal for what it has just done, which cannot wait. False: it has no handler for it that
 * could be entered now; then the caller ends the process.
 */
bool signal_force(unsigned signal, const struct signal_info *info);

/*
 * Sees to the pending signals that a process does not block, after a signal came or its mask changed: those that would
 * do nothing go, for others its wait ends and its next return from a trap goes through signals_return.
 */
void signals_notice(struct process *process);

/* Makes the process's next return from a trap go through signals_return. The process is in the kernel. */
void signals_at_return(struct process *process);

/* Which signals, if they are not blocked, do nothing to a process: they are ignored or have no action by default. */
uint64_t signals_without_effect(const struct process *process);

/* ---- job control ---- */

/* Whether a signal of that number stops a process that does not handle it. */
bool signal_stops(unsigned signal);

/*
 * Does the default action of a signal that stops. A stopped process stays where it is, in ring 3 or in a system call; a
 * wait may come to its end meanwhile. If it is the current process, this returns when it continues.
 */
void signal_stop(struct process *process, unsigned signal);

/* Tells a process's parent, by SIGCHLD and by the end of its wait for a child, what `code` says about the process. */
void signal_parent(struct process *child, int code, int status);

/* Before a process ends: SIGHUP and SIGCONT for its stopped children, whom nobody else would continue. */
void signal_release_children(const struct process *parent);

/*
 * A child for wait4, by its `pid` argument, that has stopped (if `stopped`) or continued (if `continued`), as its
 * signals.report says; NULL: there is none.
 */
struct process *signal_changed_child(int32_t pid, bool stopped, bool continued);

#endif
