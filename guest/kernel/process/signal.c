/* SPDX-License-Identifier: MIT */
/*
 * Sending signals. A signal takes its default action (it ends the process or does nothing), is ignored, or, if the
 * process has a handler for it, ends a wait. The kernel enters no handlers.
 */
#include "kernel/process/signal.h"

#include "kernel/lib/errno.h"
#include "kernel/process/lifetime.h"
#include "kernel/schedule/schedule.h"
#include "kernel/watch/event.h"

/* Signals that do nothing by default. No process is ever stopped here, so these include those that stop it on Linux. */
static const uint64_t harmless = SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGCONT) | SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(SIGTSTP) |
				 SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU) | SIGNAL_BIT(SIGURG) | SIGNAL_BIT(SIGWINCH);

static bool does_nothing(const struct process *target, unsigned signal)
{
	const struct signals *signals = &target->signals;
	bool by_default = harmless & ~signals->handled & SIGNAL_BIT(signal);

	return signal == 0 || target->state == ZOMBIE || by_default || (signals->ignored & SIGNAL_BIT(signal));
}

/* Ends the target's wait, as entering a handler would: its system call ends with EINTR, unless it can go on. */
static void interrupt(struct process *target, unsigned signal)
{
	bool restarts = target->signals.restarting & SIGNAL_BIT(signal);

	if (target->interruption != INTERRUPTED)
		target->interruption = restarts ? INTERRUPTED_RESTARTS : INTERRUPTED;
	process_wake(target);
}

int signal_send(struct process *target, unsigned signal)
{
	if (does_nothing(target, signal))
		return 0;
	if (target->signals.blocked & SIGNAL_BIT(signal)) {
		target->signals.pending |= SIGNAL_BIT(signal);
		return 0;
	}
	if (target->signals.handled & SIGNAL_BIT(signal)) {
		interrupt(target, signal);
		return 0;
	}
	/* As on Linux only init itself may end init, because that ends the run. */
	if (target == init && current != init)
		return -EPERM;
	event(SIGNAL_KILL, target->pid, signal, process_frame(target)->rip);
	if (target == current)
		process_end_current((int)signal);
	process_end(target, (int)signal);
	return 0;
}

bool signal_send_unblocked(void)
{
	struct signals *signals = &current->signals;
	uint64_t due = signals->pending & ~signals->blocked;
	bool handled = due & signals->handled;

	signals->pending &= ~due;
	for (; due != 0; due &= due - 1)
		signal_send(current, (unsigned)__builtin_ctzl(due) + 1);
	return handled;
}

static bool is_target(const struct process *process, uint32_t group)
{
	return group == EVERYBODY ? process != init && process != current : process->group == group;
}

bool group_exists(uint32_t group)
{
	const struct process *leader = process_find(group);

	if (leader != NULL && leader->group == group)
		return true;
	for (struct process *process = init; process != NULL; process = process_next(process))
		if (is_target(process, group))
			return true;
	return false;
}

/*
 * A signal may end a process, which changes the family tree, so the walk chains all targets before any gets the signal.
 * The current process gets the signal last, because signal_send may not return then.
 */
int signal_group(uint32_t group, unsigned signal)
{
	struct process *first = NULL;
	bool self = false, any = false;
	int reached = 0;

	for (struct process *process = init; process != NULL; process = process_next(process)) {
		if (!is_target(process, group))
			continue;
		any = true;
		reached += process->state != ZOMBIE;
		if (process == current) {
			self = true;
		} else if (process != init) {
			process->next_target = first;
			first = process;
		}
	}
	for (; first != NULL; first = first->next_target)
		signal_send(first, signal);
	if (self)
		signal_send(current, signal);
	return any ? reached : -ESRCH;
}
