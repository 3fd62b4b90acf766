/* SPDX-License-Identifier: MIT */
/* Sending a signal to a process group. */
#include "kernel/signals/signal_group.h"

#include "kernel/lib/errno.h"
#include "kernel/process/process_list.h"
#include "kernel/signals/signal.h"

static bool is_target(const struct process *process, uint32_t group)
{
	return group == EVERYBODY ? process != init && process != current : process->group == group;
}

int signal_group(uint32_t group, unsigned signal, const struct signal_info *info)
{
	bool any = false;
	int reached = 0;

	for (struct process *process = init; process != NULL; process = process_next(process)) {
		if (!is_target(process, group))
			continue;
		any = true;
		reached += process->state != ZOMBIE;
		/* init is spared, unless it has sent the signal itself. */
		if (process != init || process == current)
			signal_send_info(process, signal, info);
	}
	return any ? reached : -ESRCH;
}
