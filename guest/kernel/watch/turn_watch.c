/* SPDX-License-Identifier: MIT */
/* The reasons of switches and wake-ups, from what the scheduler knows anyway: see turn_watch.h. */
#include "kernel/watch/turn_watch.h"

#include "kernel/lib/compiler.h"
#include "kernel/watch/account.h"
#include "ringside/traps.h"

static enum ringside_switch_reason awaited(const struct process *process)
{
	switch (process->waits_for) {
	case TIME:
		return RINGSIDE_SWITCH_TIME;
	case CHILD_OR_SIGNAL:
		return process->signals.awaited != 0 ? RINGSIDE_SWITCH_SIGNAL : RINGSIDE_SWITCH_CHILD;
	case READY_FILE:
		return RINGSIDE_SWITCH_FILE;
	case BORROWER:
		return RINGSIDE_SWITCH_MEMORY;
	case TURN:
		return RINGSIDE_SWITCH_YIELD;
	case NOTHING:
		break;
	}
	return RINGSIDE_SWITCH_SLICE;
}

/* A process that is ENDING can still lose the CPU at a tick. What a tick does comes first: it is counted. */
static enum ringside_switch_reason switch_reason(const struct process *process)
{
	if (process->state == RUNNABLE && process->waits_for == NOTHING)
		return process->pid != 0 ? RINGSIDE_SWITCH_SLICE : RINGSIDE_SWITCH_IDLE;
	if (process->state == ZOMBIE)
		return RINGSIDE_SWITCH_EXIT;
	return process->state == STOPPED ? RINGSIDE_SWITCH_STOP : awaited(process);
}

NEVER_INLINE void event_enter_program(const struct process *process)
{
	const struct trap_frame *frame = process_frame(process);

	if (process->signals.at_return)
		return;
	if (from_user(frame))
		event(RETURN, process->pid, frame->rip, frame->rsp);
	else
		event(CALL_MAIN, process->pid, frame->rip, frame->rsp);
}

void watch_switch(struct process *from, struct process *to)
{
	account_switch(from, to);
	if (!tracing)
		return;
	event_put(RINGSIDE_EVENT_SWITCH, from->pid, to->pid, switch_reason(from));
	event_put(RINGSIDE_EVENT_SAVE, from->pid, from->kstack, to->pid);
	event_put(RINGSIDE_EVENT_RESTORE, to->pid, to->context.rsp, to->space.cr3);
	if (to->slices == 1 && to != process_idle())
		event_enter_program(to);
}

/*
 * The process that wakes another now; 0 if an interrupt does, whose frame is then the one at the upper end of the
 * kernel stack.
 */
static uint32_t waker(void)
{
	bool interrupted = current != process_idle() && process_frame(current)->vector >= RINGSIDE_IRQ_BASE &&
			   process_frame(current)->vector < RINGSIDE_TRAP_SYSCALL;

	return interrupted ? 0 : current->pid;
}

static enum ringside_wake_reason wake_reason(const struct process *process)
{
	if (process->state == NEW)
		return RINGSIDE_WAKE_NEW;
	if (process->interruption == INTERRUPTED)
		return RINGSIDE_WAKE_SIGNAL;
	switch (awaited(process)) {
	case RINGSIDE_SWITCH_TIME:
		if (!timeout_is_set(&process->sleep))
			return RINGSIDE_WAKE_TIME;
		/* Something came before the time: the signal that it waits for, or what poll looks for. */
		return process->signals.awaited != 0 ? RINGSIDE_WAKE_SIGNAL : RINGSIDE_WAKE_FILE;
	case RINGSIDE_SWITCH_CHILD:
		return RINGSIDE_WAKE_CHILD;
	case RINGSIDE_SWITCH_SIGNAL:
		return RINGSIDE_WAKE_SIGNAL;
	case RINGSIDE_SWITCH_FILE:
		return RINGSIDE_WAKE_FILE;
	case RINGSIDE_SWITCH_MEMORY:
		return RINGSIDE_WAKE_MEMORY;
	default:
		return RINGSIDE_WAKE_CONTINUE;
	}
}

void event_wake(const struct process *process)
{
	event_put(RINGSIDE_EVENT_WAKE, process->pid, waker(), wake_reason(process));
}
