/* SPDX-License-Identifier: MIT */
/*
 * Stride scheduling (Waldspurger and Weihl, 1995), the lottery without chance: shares of the CPU follow shares of
 * tickets, of which a process has 20 - nice, 1 to 40. Each process has a pass, which grows by a stride when it uses the
 * CPU for a turn, by part of that when it uses part of a turn; the stride is the longer the fewer tickets. The ready
 * process with the smallest pass is next.
 */
#include "kernel/policies/charge.h"
#include "kernel/schedule/policy.h"

enum { TICKETS_MAX = 40 };

static struct heap waiting;  /* by pass */
static uint64_t global_pass; /* the greatest pass with which a process got the CPU */

/* What a pass grows by while the process has the CPU for so many TSC ticks. */
static uint64_t stride(const struct process *process, uint64_t spent)
{
	return spent * TICKETS_MAX / (uint64_t)(20 - process->nice);
}

/*
 * Who was away gets nothing for that time. Who is new must wait for a turn first, or a process could run for ever under
 * the names of its children.
 */
static void ready(struct process *process)
{
	struct turn *turn = &process->turn;

	turn->pass += stride(process, uncharged_time(process));
	if (is_new(process))
		turn->pass = global_pass + stride(process, tick_length());
	else if (turn->pass < global_pass)
		turn->pass = global_pass;
	heap_insert(&waiting, &turn->place, turn->pass);
}

static void leave(struct process *process)
{
	heap_remove(&waiting, &process->turn.place);
}

static struct process *next(void)
{
	if (waiting.first == NULL)
		return NULL;
	struct process *first = heap_entry(waiting.first, struct process, turn.place);
	leave(first);
	if (first->turn.pass > global_pass)
		global_pass = first->turn.pass;
	return first;
}

const struct policy policy_stride = {"stride", ready, next, NULL, leave};
