/* SPDX-License-Identifier: MIT */
/* Sending signals, and what they do at once: stop and continue. */
#include "kernel/signals/signal.h"

#include "kernel/boot/kernel_options.h"
#include "kernel/lib/errno.h"
#include "kernel/schedule/schedule.h"
#include "kernel/signals/process_groups.h"
#include "kernel/signals/signal_details.h"
#include "kernel/trap/trap_path.h"

/* What signals do by default; all others end the process. */
static const uint64_t harmless = SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGCONT) | SIGNAL_BIT(SIGURG) | SIGNAL_BIT(SIGWINCH);

/* Nothing stops init, because nobody could continue it. */
uint64_t signals_without_effect(const struct process *process)
{
	const uint64_t by_default = process == init ? harmless | SIGNALS_STOPPING : harmless;

	return process->signals.ignored | (by_default & ~process->signals.handled);
}

bool signal_stops(unsigned signal)
{
	return SIGNALS_STOPPING & SIGNAL_BIT(signal);
}

/*
 * The return address of the trap's handler lies below the frame, so a return without a signal costs nothing more.
 */
void signals_at_return(struct process *process)
{
	struct signals *signals = &process->signals;
	uint64_t *slot = (uint64_t *)process_frame(process) - 1;

	if (signals->at_return)
		return;
	signals->at_return = true;
	signals->return_to = *slot;
	signals->call = process_frame(process)->rax;
	*slot = (uint64_t)return_by_signal;
}

/* Lets a STOPPED process go on where it was. */
static void leave_stop(struct process *process)
{
	process->state = BLOCKED;
	if (process->signals.wait_is_over)
		process_wake(process);
}

/* Sees to it that signals which are due act on a process that does not have the CPU. */
static void interrupt(struct process *process, uint64_t due)
{
	struct signals *signals = &process->signals;

	if (process->state == STOPPED) {
		if (!(due & SIGNAL_BIT(SIGKILL)))
			return;
		leave_stop(process);
	} else if (!(due & ~(SIGNALS_STOPPING & ~signals->handled))) {
		unsigned signal = (unsigned)signal_next(signals);
		signals->pending &= ~SIGNALS_STOPPING;
		signal_stop(process, signal);
		return;
	}
	signals_at_return(process);
	if (process->state == BLOCKED && (process->waits_for != BORROWER || signals_fatal(signals) != 0)) {
		process->interruption = INTERRUPTED;
		process_wake(process);
	}
}

void signals_notice(struct process *process)
{
	struct signals *signals = &process->signals;

	signals->pending &= signals->blocked | ~signals_without_effect(process);
	if (signals_due(signals) == 0 || process->state == NEW) /* process_start comes back to a NEW one */
		return;
	if (process == current)
		signals_at_return(process);
	else
		interrupt(process, signals_due(signals));
}

static void make_pending(struct process *target, unsigned signal, const struct signal_info *info)
{
	static const struct signal_info from_kernel = {.code = SI_KERNEL};
	struct signals *signals = &target->signals;
	const uint64_t bit = SIGNAL_BIT(signal);

	if (signals->pending & bit)
		return;
	signals->pending |= bit;
	/* Nobody is told about a signal that ends or stops the process. Without memory the information is lost. */
	if (!((signals->handled | signals->blocked | signals->awaited) & bit))
		return;
	struct signal_details *details = signals_details(target);
	if (details != NULL)
		details->of[signal - 1].info = info != NULL ? *info : from_kernel;
}

static void go_on(struct process *process)
{
	if (process->state != STOPPED)
		return;
	process->signals.report = SIGCONT;
	leave_stop(process);
	signal_parent(process, CLD_CONTINUED, SIGCONT);
	signals_notice(process);
}

void signal_post(struct process *target, unsigned signal, const struct signal_info *info)
{
	struct signals *signals = &target->signals;
	const uint64_t bit = SIGNAL_BIT(signal);

	if (target->state == ENDING || target->state == ZOMBIE)
		return;
	if (SIGNALS_STOPPING & bit)
		signals->pending &= ~SIGNAL_BIT(SIGCONT);
	if (signal == SIGCONT) {
		signals->pending &= ~SIGNALS_STOPPING;
		go_on(target);
	}
	/* A blocked signal stays pending even if it would do nothing: that may be different when it is unblocked. */
	if (signals_without_effect(target) & ~(signals->blocked | signals->awaited) & bit)
		return;
	make_pending(target, signal, info);
	if (signals->awaited & bit)
		process_wake(target);
	signals_notice(target);
}

int signal_send_info(struct process *target, unsigned signal, const struct signal_info *info)
{
	const struct signals *signals = &target->signals;

	if (signal == 0)
		return 0;
	/* As on Linux only init itself may end init, because that ends the run. */
	if (target == init && current != init &&
	    !((signals_without_effect(init) | signals->handled | signals->blocked) & SIGNAL_BIT(signal)))
		return -EPERM;
	signal_post(target, signal, info);
	return 0;
}

int signal_send(struct process *target, unsigned signal)
{
	return signal_send_info(target, signal, NULL);
}

bool signal_force(unsigned signal, const struct signal_info *info)
{
	struct signals *signals = &current->signals;
	const uint64_t bit = SIGNAL_BIT(signal);

	if (!(signals->handled & ~signals->blocked & bit) || options.protocol == PROTOCOL_DIRECT)
		return false;
	signals->pending |= bit;
	signals->details->of[signal - 1].info = *info;
	signals_at_return(current);
	return true;
}

/* ---- job control ---- */

void signal_parent(struct process *child, int code, int status)
{
	struct process *parent = child->parent;
	const struct signals *signals = &parent->signals;

	if ((signals->handled | signals->blocked | signals->awaited) & SIGNAL_BIT(SIGCHLD)) {
		bool unwanted = code >= CLD_STOPPED && signals->handled & SIGNAL_BIT(SIGCHLD) &&
				signals->details->of[SIGCHLD - 1].action.flags & SA_NOCLDSTOP;
		if (!unwanted)
			signal_post(parent, SIGCHLD, &(struct signal_info){code, child->pid, (uint32_t)status});
	}
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

/* The children do not end here, but when they have the CPU: so this changes no list and goes no deeper. */
void signal_release_children(const struct process *parent)
{
	list_for_each(place, &parent->children)
	{
		struct process *child = list_entry(place, struct process, sibling);
		if (child->state == STOPPED) {
			signal_post(child, SIGHUP, NULL);
			signal_post(child, SIGCONT, NULL);
		}
	}
}

static bool is_meant(const struct process *child, int32_t pid)
{
	if (pid == -1)
		return true;
	return pid > 0 ? child->pid == (uint32_t)pid : child->group == (pid == 0 ? current->group : -(uint32_t)pid);
}

struct process *signal_changed_child(int32_t pid, bool stopped, bool continued)
{
	list_for_each(place, &current->children)
	{
		struct process *child = list_entry(place, struct process, sibling);
		unsigned report = child->signals.report;
		if (report != 0 && (report == SIGCONT ? continued : stopped) && is_meant(child, pid))
			return child;
	}
	return NULL;
}
