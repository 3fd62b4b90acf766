/* SPDX-License-Identifier: MIT */
/*
 * Ready processes by what they have had of the CPU, weighted as their policy says: their pass. The one that has had
 * least is next. For stride and completely fair scheduling, which differ in the weights.
 */
#ifndef GUEST_KERNEL_POLICIES_PASS_QUEUE_H
#define GUEST_KERNEL_POLICIES_PASS_QUEUE_H

#include "kernel/lib/heap.h"
#include "kernel/process/process_list.h"

struct pass_queue {
	struct heap waiting;
	uint64_t reached; /* the greatest pass with which a process got the CPU; who was away is measured by it */
};

static inline void pass_queue_put(struct pass_queue *queue, struct process *process)
{
	heap_insert(&queue->waiting, &process->turn.place, process->turn.pass);
}

static inline void pass_queue_leave(struct pass_queue *queue, struct process *process)
{
	heap_remove(&queue->waiting, &process->turn.place);
}

/* Takes the process with the least pass; NULL: none is ready. */
static inline struct process *pass_queue_take(struct pass_queue *queue)
{
	if (queue->waiting.first == NULL)
		return NULL;
	struct process *first = heap_entry(queue->waiting.first, struct process, turn.place);

	pass_queue_leave(queue, first);
	if (first->turn.pass > queue->reached)
		queue->reached = first->turn.pass;
	return first;
}

#endif
