/* SPDX-License-Identifier: MIT */
/*
 * Lottery: each turn goes to the holder of a ticket that is drawn at random, so shares of the CPU follow shares of
 * tickets. A process has 20 - nice tickets, 1 to 40. Drawing takes O(1) time: a process is drawn, each with the same
 * chance, and accepted with the chance tickets / 40. After DRAWS_MAX processes that were not accepted the last one
 * wins.
 */
#include "kernel/boot/kernel_options.h"
#include "kernel/schedule/policy.h"

enum { TICKETS_MAX = 40, DRAWS_MAX = 64 };

static struct process *waiting[PID_MAX];
static uint32_t count;

static uint32_t random_below(uint32_t limit)
{
	static uint64_t state = 1;

	/* A linear congruential generator with Knuth's multiplier. Each seed has an odd increment of its own. */
	state = state * 6364136223846793005UL + 1442695040888963407UL + 2 * options.seed;
	return (uint32_t)((state >> 32) * limit >> 32);
}

static void ready(struct process *process)
{
	process->turn.slot = count;
	waiting[count++] = process;
}

static void leave(struct process *process)
{
	uint32_t slot = process->turn.slot;

	if (slot >= count || waiting[slot] != process)
		return;
	waiting[slot] = waiting[--count];
	waiting[slot]->turn.slot = slot;
}

static struct process *next(void)
{
	struct process *winner = NULL;

	if (count == 0)
		return NULL;
	for (unsigned draw = 0; draw < DRAWS_MAX; draw++) {
		winner = waiting[random_below(count)];
		if (random_below(TICKETS_MAX) < (uint32_t)(20 - winner->nice))
			break;
	}
	leave(winner);
	return winner;
}

const struct policy policy_lottery = {"lottery", ready, next, NULL, leave};
