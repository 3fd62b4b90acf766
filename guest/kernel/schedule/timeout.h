/* SPDX-License-Identifier: MIT */
/* What the scheduler does at a time: wake a process that sleeps, or what else a part of the kernel wants. */
#ifndef GUEST_KERNEL_SCHEDULE_TIMEOUT_H
#define GUEST_KERNEL_SCHEDULE_TIMEOUT_H

#include <stdbool.h>

#include "kernel/lib/heap.h"

struct timeout {
	struct heap_place place;	   /* among all timeouts, by guest ns */
	void (*expired)(struct timeout *); /* called when the time has come, with the timeout no longer set */
};

/* Sets a timeout to a time (guest ns), and takes it back. Taking back does nothing if it is not set. */
void timeout_set(struct timeout *timeout, uint64_t when);
void timeout_cancel(struct timeout *timeout);

static inline bool timeout_is_set(const struct timeout *timeout)
{
	return timeout->place.rank != 0;
}

#endif
