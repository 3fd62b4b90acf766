/* SPDX-License-Identifier: MIT */
/* Waiting for a file to become ready: on a list of the file's own, or in poll(2), on the one list of pollers. */
#ifndef GUEST_KERNEL_FILES_WAIT_QUEUE_H
#define GUEST_KERNEL_FILES_WAIT_QUEUE_H

#include <stdint.h>

#include "kernel/lib/list.h"
#include "kernel/process/signal_set.h"

/* Wakes every process on a list. */
void wake_all(struct list *waiting);

/*
 * Blocks the current process until wake_all of that list. Others may have run first, so the caller must look at the
 * file again. 0, or -EINTR.
 */
int wait_on(struct list *waiting);

/* A file has become ready for something: the processes in poll look at their files again. */
void wake_pollers(void);

/* Blocks the current process until wake_pollers, or until `deadline` (guest ns; UINT64_MAX = never). */
enum interruption wait_for_pollers(uint64_t deadline);

#endif
