/* SPDX-License-Identifier: MIT */
/*
 * Multi-level feedback queue, by the textbook's rules. The first process starts at the top level. A process that has
 * used up its allotment at a level, in however many turns, moves one level down. The highest level that has a ready
 * process runs, round robin. From time to time every process goes back to the top (a boost), so that none starves.
 *
 * Two things are there against processes that game these rules. An allotment is CPU time, not a number of ticks. And
 * fork makes no new allotment: the child starts at its parent's level, and each gets half of what the parent had left.
 */
#include "kernel/policies/charge.h"
#include "kernel/schedule/policy.h"
#include "kernel/watch/counters.h"

enum { LEVELS = 3, BOOSTS_PER_SECOND = 2 };

static struct list queues[LEVELS] = {
	{&queues[0], &queues[0]},
	{&queues[1], &queues[1]},
	{&queues[2], &queues[2]},
};

/* CPU time a process may use at each level before it moves down, in ticks. */
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

/* In TSC ticks, and half a timer tick less, because a turn that ends at a tick can begin a little behind one. */
static uint64_t allotment(const struct process *process)
{
	return tick_length() * allotments[process->turn.level] - tick_length() / 2;
}

/* Adds what the process has used since the last time, and moves it down if that was the rest of its allotment. */
static void charge(struct process *process)
{
	struct turn *turn = &process->turn;

	if (turn->epoch != epoch) { /* there has been a boost */
		turn->epoch = epoch;
		turn->level = 0;
		turn->used = 0;
	}
	turn->used += uncharged_time(process);
	if (turn->used >= allotment(process)) {
		turn->used = 0;
		if (turn->level < LEVELS - 1)
			turn->level++;
	}
}

static void share_with_child(struct process *parent, struct turn *child)
{
	struct turn *turn = &parent->turn;

	charge(parent);
	turn->used += (allotment(parent) - turn->used + 1) / 2;
	child->epoch = turn->epoch;
	child->level = turn->level;
	child->used = turn->used;
}

static void ready(struct process *process)
{
	if (is_new(process) && process->parent != NULL)
		share_with_child(process->parent, &process->turn);
	charge(process);
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
	charge(running);
	if (ticks >= next_boost)
		boost();
	return had_turn(running);
}

static void leave(struct process *process)
{
	list_remove(&process->queue);
}

const struct policy policy_feedback = {"multi-level feedback queue", ready, next, tick, leave};
