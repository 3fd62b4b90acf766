/* SPDX-License-Identifier: MIT */
/* Blocking on a list of waiting processes or on the list of pollers, and waking them. */
#include "kernel/files/wait_queue.h"

#include "kernel/devices/time.h"
#include "kernel/lib/errno.h"
#include "kernel/schedule/schedule.h"

static struct list pollers = {&pollers, &pollers};

void wake_all(struct list *waiting)
{
	while (!list_empty(waiting))
		process_wake(list_entry(waiting->next, struct process, queue));
	while (!list_empty(&pollers)) {
		struct process *process = list_entry(pollers.next, struct process, polling);
		list_remove(&process->polling);
		process_wake(process);
	}
}

int wait_on(struct list *waiting)
{
	list_append(waiting, &current->queue);
	return process_block(READY_FILE) == INTERRUPTED ? -ERESTARTSYS : 0;
}

enum interruption wait_in_poll(uint64_t deadline)
{
	enum interruption interruption;

	list_append(&pollers, &current->polling);
	if (deadline == TIME_NEVER)
		interruption = process_block(READY_FILE);
	else
		interruption = process_sleep(deadline);
	list_remove(&current->polling);
	return interruption;
}
