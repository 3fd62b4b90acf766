/* SPDX-License-Identifier: MIT */
/* Round robin: one queue, everybody in turn, a time slice of one tick. */
#include "kernel/process.h"

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

const struct policy policy_round_robin = {"rr", "round robin", ready, next, NULL, leave};
