/* SPDX-License-Identifier: MIT */
/*
 * Keeps a list of address spaces (see address_spaces.h). Searches begin at the end of the list, because few address
 * spaces exist at once, and most records are about the newest.
 */
#include "text/address_spaces.h"

#include <string.h>

static struct process *find_frame(struct processes *processes, uint32_t frame)
{
	for (unsigned i = processes->count; i-- > 0;)
		if (processes->list[i].frame == frame)
			return &processes->list[i];
	return NULL;
}

const struct process *processes_by_frame(const struct processes *processes, uint32_t frame)
{
	return find_frame((struct processes *)processes, frame);
}

const struct process *processes_by_pid(const struct processes *processes, uint32_t pid)
{
	for (unsigned i = processes->count; i-- > 0;)
		if (processes->list[i].pid == pid)
			return &processes->list[i];
	return NULL;
}

static void forget(struct processes *processes, struct process *process)
{
	if (process == NULL)
		return;
	size_t index = (size_t)(process - processes->list);
	processes->count--;
	memmove(process, process + 1, (processes->count - index) * sizeof(*process));
}

/* Notes that a frame belongs to a process from now on, whatever it was before. */
static void set(struct processes *processes, uint32_t frame, uint32_t pid, int image)
{
	forget(processes, find_frame(processes, frame));
	if (processes->count == PROCESSES_MAX)
		forget(processes, processes->list);
	processes->list[processes->count++] = (struct process){.frame = frame, .pid = pid, .image = image};
}

static uint32_t frame_of(uint64_t cr3)
{
	return (uint32_t)(cr3 >> CR3_FRAME_SHIFT);
}

/* The child of vfork runs in its parent's address space, from its first RESTORE event until it has one of its own. */
static void learn_fork(struct processes *processes, const struct event_record *event)
{
	const struct process *parent = processes_by_pid(processes, event->pid);
	struct process *lent = find_frame(processes, frame_of(event->b));

	if (lent != NULL && lent == parent)
		lent->other = (uint32_t)event->a;
	else
		set(processes, frame_of(event->b), (uint32_t)event->a, process_image(parent));
}

/* A RESTORE event names the address space of the process, which helps when a trace lacks the events before. */
static void learn_restore(struct processes *processes, const struct event_record *event)
{
	struct process *known = find_frame(processes, frame_of(event->b));

	if (known != NULL && known->other != 0 && known->other == event->pid) {
		known->other = known->pid;
		known->pid = event->pid;
	} else if (known == NULL || known->pid != event->pid) {
		set(processes, frame_of(event->b), event->pid, IMAGE_UNKNOWN);
	}
}

void processes_learn(struct processes *processes, const struct event_record *event, const struct symbols *symbols)
{
	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_PROC_MEMORY:
		set(processes, frame_of(event->a), event->pid, IMAGE_UNKNOWN);
		break;
	case RINGSIDE_EVENT_PROC_LOAD:
		set(processes, frame_of(event->a), event->pid,
		    symbols != NULL ? symbols_program(symbols, event->b) : IMAGE_UNKNOWN);
		break;
	case RINGSIDE_EVENT_FORK:
		learn_fork(processes, event);
		break;
	case RINGSIDE_EVENT_RESTORE:
		learn_restore(processes, event);
		break;
	case RINGSIDE_EVENT_PROC_FREE:
		forget(processes, find_frame(processes, frame_of(event->b)));
		break;
	}
}
