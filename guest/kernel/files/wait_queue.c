/* SPDX-License-Identifier: MIT */
/* Lists of blocked processes. */
#include "kernel/files/wait_queue.h"

#include "kernel/lib/errno.h"
#include "kernel/schedule/schedule.h"

static struct list pollers = {&pollers, &pollers};

void wake_all(struct list *waiting)
{
	while (!list_empty(waiting))
		process_wake(list_entry(waiting->next, struct process, queue));
}

int wait_on(struct list *waiting)
{
	list_append(waiting, &current->queue);
	return process_block(READY_FILE) == INTERRUPTED ? -EINTR : 0;
}

void wake_pollers(void)
{
	while (!list_empty(&pollers)) {
		struct process *process = list_entry(pollers.next, struct process, polling);
		list_remove(&process->polling);
		process_wake(process);
	}
}

enum interruption wait_for_pollers(uint64_t deadline)
{
	enum interruption interruption;

	list_append(&pollers, &current->polling);
	if (deadline == UINT64_MAX)
		interruption = process_block(READY_FILE);
	else
		interruption = process_sleep(deadline);
	list_remove(&current->polling);
	return interruption;
}
