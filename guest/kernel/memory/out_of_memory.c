/* SPDX-License-Identifier: MIT */
/* Out of memory: one process ends, so that the others need not. */
#include "kernel/memory/out_of_memory.h"

#include <stddef.h>

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/serial_console.h"
#include "kernel/process/process_list.h"
#include "kernel/schedule/schedule.h"
#include "kernel/signals/signal.h"

/* The process with the most pages, without init. NULL: there is none. */
static struct process *largest(void)
{
	struct process *found = NULL;

	for (struct process *process = init; process != NULL; process = process_next(process)) {
		/* A NEW process is half made, and fork or clone is still at work on it. */
		if (process == init || process->state == ZOMBIE || process->state == NEW)
			continue;
		if (found == NULL || process->space.page_count > found->space.page_count)
			found = process;
	}
	return found;
}

bool out_of_memory_kill_other(void)
{
	struct process *victim = largest();

	/* Among processes of like size the one that asks for more ends: in a fork bomb the bomb, not who started it. */
	if (victim == NULL || victim == current ||
	    (current != init && victim->space.page_count < 2 * current->space.page_count))
		return false;
	if (victim->state != ENDING && signals_fatal(&victim->signals) == 0) {
		if (options.print_fatal_signals)
			print("[%u] %s killed: out of memory, having the most: %lu pages\n", victim->pid,
			      victim->program.name, victim->space.page_count);
		signal_send(victim, SIGKILL);
	}
	/* It ends when it has the CPU, which every policy gives it in the end, as ticks go on. */
	schedule_pause();
	schedule_yield();
	return true;
}
