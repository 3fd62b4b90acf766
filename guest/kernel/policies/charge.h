/* SPDX-License-Identifier: MIT */
/*
 * Charging a process for the CPU time that it has used, and not for being there at the tick: who sleeps over the ticks
 * or gives the CPU up just before them would never be there. For the policies that keep accounts.
 */
#ifndef GUEST_KERNEL_POLICIES_CHARGE_H
#define GUEST_KERNEL_POLICIES_CHARGE_H

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/time.h"
#include "kernel/process/process_list.h"
#include "kernel/watch/account.h"

/* The CPU time in TSC ticks that the process has used since this function was last called for it. */
static inline uint64_t uncharged_time(struct process *process)
{
	uint64_t now = cpu_ticks_now(process), spent = now - process->turn.charged;

	process->turn.charged = now;
	return spent;
}

/* Whether the process has never had the CPU. A policy sees such a process once, in ready(). */
static inline bool is_new(const struct process *process)
{
	return process->slices == 0;
}

/* TSC ticks between two timer interrupts. */
static inline uint64_t tick_length(void)
{
	return tsc_khz * 1000 / (options.hz != 0 ? options.hz : HZ_DEFAULT);
}

/*
 * Whether the running process has had the CPU for about a turn, at least half a tick. A process that got the CPU just
 * before the tick, because another gave it up then, has not.
 */
static inline bool had_turn(const struct process *running)
{
	return rdtsc() - running->slice_start >= tick_length() / 2;
}

#endif
