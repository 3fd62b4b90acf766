/* SPDX-License-Identifier: MIT */
/* Sending signals: kill and its relatives, the terminal and pipes call this. */
#ifndef GUEST_KERNEL_PROCESS_SIGNAL_H
#define GUEST_KERNEL_PROCESS_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/process/process_list.h"

/*
 * Sends a signal to a process. Does not return if it ends the current process. 0, or -EPERM: only init itself may end
 * init.
 */
int signal_send(struct process *target, unsigned signal);

/* Sends the current process the pending signals that it does not block. Returns whether it handles any of them. */
bool signal_send_unblocked(void);

/*
 * Sends a signal to a process group, or to EVERYBODY, which leaves out init and the current process. Returns how many
 * living processes the signal was for; -ESRCH if there is not even a zombie.
 */
enum { EVERYBODY = 0 };
int signal_group(uint32_t group, unsigned signal);

/* Whether there is a process of that group, zombies included. */
bool group_exists(uint32_t group);

#endif
