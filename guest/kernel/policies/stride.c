/* SPDX-License-Identifier: MIT */
/*
 * Stride scheduling (Waldspurger and Weihl, 1995), the lottery without chance: shares of the CPU follow shares of
 * tickets, of which a process has 20 - nice, 1 to 40. Each process has a pass, which grows by a stride when it uses the
 * CPU for a turn, by part of that when it uses part of a turn; the stride is the longer the fewer tickets. The ready
 * process with the smallest pass is next.
 */
#include "kernel/policies/charge.h"
#include "kernel/policies/pass_queue.h"
#include "kernel/schedule/policy.h"

enum { TICKETS_MAX = 40 };

static struct pass_queue queue;

/* What a pass grows by while the process has the CPU for so many TSC ticks. */
static uint64_t stride(const struct process *process, uint64_t spent)
{
	return spent * TICKETS_MAX / (uint64_t)(20 - process->nice);
}

/*
 * A process that was away gets nothing for that time. A new process waits for a turn first; otherwise a process could
 * run for ever under the names of its children.
 */
static void ready(struct process *process)
{
	struct turn *turn = &process->turn;

	turn->pass += stride(process, uncharged_time(process));
	if (is_new(process))
		turn->pass = queue.reached + stride(process, tick_length());
	else if (turn->pass < queue.reached)
		turn->pass = queue.reached;
	pass_queue_put(&queue, process);
}

static void leave(struct process *process)
{
	pass_queue_leave(&queue, process);
}

static struct process *next(void)
{
	return pass_queue_take(&queue);
}

const struct policy policy_stride = {"stride", ready, next, NULL, leave};
