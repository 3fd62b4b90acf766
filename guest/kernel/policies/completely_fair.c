/* SPDX-License-Identifier: MIT */
/*
 * Completely fair scheduling, as in Linux from 2.6.23 to 6.5. The virtual runtime of a process is the CPU time it has
 * used, which counts the more the nicer the process is: a process with nice 1 has four fifths of the share of one with
 * nice 0. The process with the least virtual runtime is next, and has the CPU until another one has less.
 */
#include "kernel/policies/charge.h"
#include "kernel/schedule/policy.h"

enum { NICE_0_WEIGHT = 1024, SLEEPER_TICKS = 3 };

static struct heap waiting; /* by virtual runtime */
static uint64_t least;	    /* the least virtual runtime of all who want the CPU; it never decreases */

static uint64_t weight(int nice)
{
	uint64_t result = NICE_0_WEIGHT * NICE_0_WEIGHT; /* so that little is lost by rounding */

	for (; nice > 0; nice--)
		result = result * 4 / 5;
	for (; nice < 0; nice++)
		result = result * 5 / 4;
	return result / NICE_0_WEIGHT;
}

static uint64_t virtual_time(const struct process *process, uint64_t spent)
{
	return process->nice == 0 ? spent : spent * NICE_0_WEIGHT / weight(process->nice);
}

/*
 * Who has slept soon gets the CPU, but has no more credit than some ticks, however long it slept. Who is new first
 * waits for a tick, or a process could run for ever under the names of its children.
 */
static void ready(struct process *process)
{
	uint64_t *runtime = &process->turn.pass, credit = tick_length() * SLEEPER_TICKS;

	*runtime += virtual_time(process, uncharged_time(process));
	if (is_new(process))
		*runtime = least + virtual_time(process, tick_length());
	else if (*runtime + credit < least)
		*runtime = least - credit;
	heap_insert(&waiting, &process->turn.place, *runtime);
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
	if (first->turn.pass > least)
		least = first->turn.pass;
	return first;
}

static bool tick(struct process *running)
{
	running->turn.pass += virtual_time(running, uncharged_time(running));
	return waiting.first != NULL && waiting.first->key < running->turn.pass;
}

const struct policy policy_completely_fair = {"completely fair", ready, next, tick, leave};
