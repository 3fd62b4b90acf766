/* SPDX-License-Identifier: MIT */
/*
 * Multi-level feedback queue, by the textbook's rules. A new process starts at the top level. A process that has used
 * up its allotment at a level, in however many turns, moves one level down. The highest level that has a ready process
 * runs, round robin. From time to time every process goes back to the top (a boost), so that none starves.
 */
#include "kernel/boot/kernel_options.h"
#include "kernel/schedule/policy.h"
#include "kernel/watch/counters.h"

enum { LEVELS = 3, BOOSTS_PER_SECOND = 2 };

static struct list queues[LEVELS] = {
	{&queues[0], &queues[0]},
	{&queues[1], &queues[1]},
	{&queues[2], &queues[2]},
};

/* Ticks a process may use at each level before it moves down. */
static const uint8_t allotments[LEVELS] = {2, 4, 8};

/* Levels and used allotments count within one epoch only. A boost begins a new epoch, which takes O(levels) time. */
static uint32_t epoch;
static uint64_t next_boost;

static void boost(void)
{
	epoch++;
	next_boost = ticks + options.hz / BOOSTS_PER_SECOND;
	for (unsigned level = 1; level < LEVELS; level++)
		list_splice(&queues[0], &queues[level]);
}

/* Puts a process at the top level if there has been a boost since it was last looked at. */
static void refresh(struct process *process)
{
	if (process->turn.epoch == epoch)
		return;
	process->turn.epoch = epoch;
	process->turn.level = 0;
	process->turn.used = 0;
}

static void ready(struct process *process)
{
	refresh(process);
	list_append(&queues[process->turn.level], &process->queue);
}

static struct process *next(void)
{
	for (unsigned level = 0; level < LEVELS; level++)
		if (!list_empty(&queues[level])) {
			struct process *first = list_entry(queues[level].next, struct process, queue);
			list_remove(&first->queue);
			return first;
		}
	return NULL;
}

static bool tick(struct process *running)
{
	if (ticks >= next_boost)
		boost();
	refresh(running);
	if (++running->turn.used >= allotments[running->turn.level]) {
		running->turn.used = 0;
		if (running->turn.level < LEVELS - 1)
			running->turn.level++;
	}
	return true;
}

static void leave(struct process *process)
{
	list_remove(&process->queue);
}

const struct policy policy_feedback = {"multi-level feedback queue", ready, next, tick, leave};
