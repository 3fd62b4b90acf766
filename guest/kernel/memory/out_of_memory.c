/* SPDX-License-Identifier: MIT */
/* Out of memory: one process ends, so that the others need not. */
#include "kernel/memory/out_of_memory.h"

#include <stddef.h>

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/serial_console.h"
#include "kernel/process/lifetime.h"
#include "kernel/process/process_list.h"
#include "kernel/signals/signal.h"
#include "kernel/watch/event.h"

/* The living process with the most pages, without init. NULL: there is none. */
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
	if (victim == NULL || (current != init && victim->space.page_count < 2 * current->space.page_count))
		return false;
	event(SIGNAL_KILL, victim->pid, SIGKILL, process_frame(victim)->rip);
	if (options.print_fatal_signals)
		print("[%u] %s killed: out of memory, having the most: %lu pages\n", victim->pid, victim->program.name,
		      victim->space.page_count);
	process_end(victim, SIGKILL);
	return true;
}
