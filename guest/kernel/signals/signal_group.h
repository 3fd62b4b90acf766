/* SPDX-License-Identifier: MIT */
/* Sending a signal to many processes: kill(2) and the terminal call this. */
#ifndef GUEST_KERNEL_SIGNALS_SIGNAL_GROUP_H
#define GUEST_KERNEL_SIGNALS_SIGNAL_GROUP_H

#include <stdint.h>

#include "kernel/signals/signal_set.h"

/*
 * Sends a signal to a process group, or to EVERYBODY, which leaves out init and the current process. Returns how many
 * living processes the signal was for; -ESRCH if there is not even a zombie.
 */
enum { EVERYBODY = 0 };
int signal_group(uint32_t group, unsigned signal, const struct signal_info *info);

#endif
