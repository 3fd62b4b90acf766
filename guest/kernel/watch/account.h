/* SPDX-License-Identifier: MIT */
/*
 * How much CPU time a process has had, and, with the option `account`, how much of it in ring 3 and in ring 0 and how
 * long it was ready without having the CPU. That takes two readings of the TSC a trap, so every trap is then watched
 * (trap_watch.h). The scheduler and the trap path call these.
 */
#ifndef GUEST_KERNEL_WATCH_ACCOUNT_H
#define GUEST_KERNEL_WATCH_ACCOUNT_H

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/instructions.h"
#include "kernel/process/process_list.h"
#include "kernel/watch/counters.h"

/* Charges a process for the CPU time it has had up to now, if it has the CPU. */
static inline void account_cpu(struct process *process)
{
	if (process != current)
		return;
	uint64_t now = rdtsc();
	process->cpu_ticks += now - process->slice_start;
	count_slice(process->pid, process->slice_start, now);
	process->slice_start = now;
}

/* The TSC ticks a process has had the CPU, up to this moment. */
uint64_t cpu_ticks_now(const struct process *process);

/* Adds the TSC ticks since the last mark of the process to *spent, one of its sums, and sets a new mark. */
static inline void account_until_now(struct process *process, uint64_t *spent)
{
	uint64_t now = rdtsc();

	*spent += now - process->mark;
	process->mark = now;
}

/* A switch from one process to another. The rare part is not inline, because it would cost every switch registers. */
void account_switch_now(struct process *from, struct process *to);

static inline void account_switch(struct process *from, struct process *to)
{
	if (__builtin_expect(options.account, 0))
		account_switch_now(from, to);
}

/* From now on the process waits for the CPU; before, it waited for something else. */
static inline void account_ready(struct process *process)
{
	if (__builtin_expect(options.account, 0))
		process->mark = rdtsc();
}

/* What a process has used, without its children; and sums of that. */
struct usage usage_of(const struct process *process);
void usage_add(struct usage *sum, const struct usage *usage);

#endif
