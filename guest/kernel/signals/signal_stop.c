/* SPDX-License-Identifier: MIT */
/* Job control: the state STOPPED, SIGCHLD, and what wait4 tells of stopped children. */
#include "kernel/signals/signal_stop.h"

#include "kernel/schedule/schedule.h"
#include "kernel/signals/signal.h"

enum { STATUS_STOPPED = 0x7f, STATUS_CONTINUED = 0xffff };

bool group_is_orphaned(uint32_t group)
{
	for (const struct process *member = init; member != NULL; member = process_next(member)) {
		const struct process *parent = member->parent;
		if (member->group == group && member->state != ZOMBIE && parent != NULL && parent->group != group &&
		    parent->session == member->session)
			return false;
	}
	return true;
}

void signal_parent(struct process *child, int code, int status)
{
	struct process *parent = child->parent;
	const struct signals *signals = &parent->signals;
	bool unwanted = code >= CLD_STOPPED && signals->handled & SIGNAL_BIT(SIGCHLD) &&
			signals->details->actions[SIGCHLD - 1].flags & SA_NOCLDSTOP;
	bool matters = (signals->handled | signals->blocked | signals->awaited) & SIGNAL_BIT(SIGCHLD);

	if (matters && !unwanted)
		signal_post(parent, SIGCHLD, &(struct signal_info){code, child->pid, (uint32_t)status});
	if (parent->waits_for == CHILD_OR_SIGNAL)
		process_wake(parent);
}

void signal_stop(struct process *process, unsigned signal)
{
	/* SIGSTOP is for sure; the others are for jobs that a shell will continue. */
	if (signal != SIGSTOP && group_is_orphaned(process->group))
		return;
	if (process->state == RUNNABLE && process != current)
		policy->leave(process);
	process->signals.wait_is_over = process->state == RUNNABLE;
	process->state = STOPPED;
	process->signals.report = (uint8_t)signal;
	signal_parent(process, CLD_STOPPED, (int)signal);
	if (process == current)
		schedule();
}

void signal_continue(struct process *process)
{
	if (process->state != STOPPED)
		return;
	process->signals.report = SIGCONT;
	process->state = BLOCKED;
	if (process->signals.wait_is_over)
		process_wake(process);
	signal_parent(process, CLD_CONTINUED, SIGCONT);
	signals_notice(process);
}

static bool is_meant(const struct process *child, int32_t pid)
{
	if (pid == -1)
		return true;
	return pid > 0 ? child->pid == (uint32_t)pid : child->group == (pid == 0 ? current->group : -(uint32_t)pid);
}

struct process *signal_changed_child(int32_t pid, bool stopped, bool continued, int *status)
{
	list_for_each(place, &current->children)
	{
		struct process *child = list_entry(place, struct process, sibling);
		unsigned report = child->signals.report;
		if (report == 0 || !(report == SIGCONT ? continued : stopped) || !is_meant(child, pid))
			continue;
		*status = report == SIGCONT ? STATUS_CONTINUED : (int)(report << 8 | STATUS_STOPPED);
		return child;
	}
	return NULL;
}

static struct process *first_stopped(const struct process *parent)
{
	list_for_each(place, &parent->children)
	{
		struct process *child = list_entry(place, struct process, sibling);
		if (child->state == STOPPED)
			return child;
	}
	return NULL;
}

void signal_release_children(struct process *parent)
{
	struct process *child;

	while ((child = first_stopped(parent)) != NULL) {
		signal_post(child, SIGHUP, NULL);
		signal_post(child, SIGCONT, NULL);
	}
}
