/* SPDX-License-Identifier: MIT */
/*
 * Where a process's time goes: in ring 3, in ring 0 for it, waiting for the CPU. Two readings of the TSC a
 * trap, so only with `account` on the command line, which has every trap watched (trap.h).
 */
#ifndef GUEST_KERNEL_ACCOUNT_H
#define GUEST_KERNEL_ACCOUNT_H

#include "kernel/devices/cpu.h"
#include "kernel/watch/kernel.h"
#include "kernel/process/process_list.h"

/* What the time since the last mark was. */
static inline void account_until_now(struct process *process, uint64_t *what)
{
	uint64_t now = rdtsc();

	*what += now - process->mark;
	process->mark = now;
}

/* Not inline: what is seldom used must not take registers from every switch. */
void account_switch_now(struct process *from, struct process *to);

static inline void account_switch(struct process *from, struct process *to)
{
	if (__builtin_expect(options.account, 0))
		account_switch_now(from, to);
}

/* From here on it waits for the CPU; before, for something else. */
static inline void account_ready(struct process *process)
{
	if (__builtin_expect(options.account, 0))
		process->mark = rdtsc();
}

#endif
