/* SPDX-License-Identifier: MIT */
/*
 * Completely fair scheduling, as in Linux from 2.6.23 to 6.5. The virtual runtime of a process is the CPU time it has
 * used, which counts the more the nicer the process is: a process with nice 1 has four fifths of the share of one with
 * nice 0. The process with the least virtual runtime is next, and has the CPU until another one has less.
 */
#include "kernel/policies/charge.h"
#include "kernel/policies/pass_queue.h"
#include "kernel/schedule/policy.h"

enum { NICE_0_WEIGHT = 1024, SLEEPER_TICKS = 3 };

static struct pass_queue queue; /* a pass is a virtual runtime */

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
 * A process that wakes up gets the CPU soon, but it has credit for no more than some ticks, however long it slept. A
 * new process waits for a tick first; otherwise a process could run for ever under the names of its children.
 */
static void ready(struct process *process)
{
	uint64_t *runtime = &process->turn.pass, credit = tick_length() * SLEEPER_TICKS;

	*runtime += virtual_time(process, uncharged_time(process));
	if (is_new(process))
		*runtime = queue.reached + virtual_time(process, tick_length());
	else if (*runtime + credit < queue.reached)
		*runtime = queue.reached - credit;
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

static bool tick(struct process *running)
{
	running->turn.pass += virtual_time(running, uncharged_time(running));
	return queue.waiting.first != NULL && queue.waiting.first->key < running->turn.pass;
}

const struct policy policy_completely_fair = {"completely fair", ready, next, tick, leave};
