/* SPDX-License-Identifier: MIT */
/* The part of accounting that is on no counted path. */
#include "kernel/watch/account.h"

uint64_t cpu_ticks_now(const struct process *process)
{
	return process->cpu_ticks + (process == current ? rdtsc() - process->slice_start : 0);
}

void account_switch_now(struct process *from, struct process *to)
{
	account_until_now(from, &from->ring0_ticks);
	account_until_now(to, &to->waiting_ticks);
}

struct usage usage_of(const struct process *process)
{
	return (struct usage){
		.ring3 = options.account ? process->ring3_ticks : cpu_ticks_now(process),
		.ring0 = process->ring0_ticks,
		.voluntary = process->voluntary,
		.involuntary = process->involuntary,
	};
}

void usage_add(struct usage *sum, const struct usage *usage)
{
	sum->ring3 += usage->ring3;
	sum->ring0 += usage->ring0;
	sum->voluntary += usage->voluntary;
	sum->involuntary += usage->involuntary;
}
