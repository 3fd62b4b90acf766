/* SPDX-License-Identifier: MIT */
/*
 * Two policies with one queue, first come, first served. They differ in what a tick means: with round robin it ends the
 * turn; with cooperative scheduling it means nothing, and a process has the CPU until it gives it up.
 */
#include "kernel/schedule/policy.h"

static struct list queue = {&queue, &queue};

static void ready(struct process *process)
{
	list_append(&queue, &process->queue);
}

static struct process *next(void)
{
	if (list_empty(&queue))
		return NULL;
	struct process *first = list_entry(queue.next, struct process, queue);
	list_remove(&first->queue);
	return first;
}

static void leave(struct process *process)
{
	list_remove(&process->queue);
}

static bool keep_turn(struct process *running)
{
	(void)running;
	return false;
}

const struct policy policy_round_robin = {"round robin", ready, next, NULL, leave};
const struct policy policy_cooperative = {"cooperative", ready, next, keep_turn, leave};
