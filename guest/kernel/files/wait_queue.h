/* SPDX-License-Identifier: MIT */
/* Waiting for a file to become ready: on a list of the file's own, or in poll(2), on the one list of pollers. */
#ifndef GUEST_KERNEL_FILES_WAIT_QUEUE_H
#define GUEST_KERNEL_FILES_WAIT_QUEUE_H

#include <stdint.h>

#include "kernel/lib/list.h"
#include "kernel/signals/signal_set.h"

/* Wakes every process on a list, because their file has become ready, and every process in poll. */
void wake_all(struct list *waiting);

/*
 * Blocks the current process until wake_all of that list. Others may have run first, so the caller must look at the
 * file again. 0, or -ERESTARTSYS.
 */
int wait_on(struct list *waiting);

/* Blocks the current process until wake_all of any list, or until `deadline` (guest ns, or TIME_NEVER). */
enum interruption wait_in_poll(uint64_t deadline);

#endif
