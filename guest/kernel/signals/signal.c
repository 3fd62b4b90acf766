/* SPDX-License-Identifier: MIT */
/*
 * Sending signals. A signal without a handler acts where it is sent: it ends, stops or continues the process, or does
 * nothing. A handler is entered at the process's next return from a trap (signal_return.c).
 */
#include "kernel/signals/signal.h"

#include "kernel/boot/kernel_options.h"
#include "kernel/lib/errno.h"
#include "kernel/process/lifetime.h"
#include "kernel/schedule/schedule.h"
#include "kernel/signals/signal_return.h"
#include "kernel/signals/signal_stop.h"
#include "kernel/watch/event.h"

/* What signals do by default; all others end the process. */
static const uint64_t harmless = SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGCONT) | SIGNAL_BIT(SIGURG) | SIGNAL_BIT(SIGWINCH);
static const uint64_t stopping = SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(SIGTSTP) | SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU);

/* Signals for what the process itself did are handled before others, so that their handlers see the fault. */
static const uint64_t synchronous =
	SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGSEGV);

static bool is_fatal(const struct process *target, uint64_t bit)
{
	return !((harmless | stopping | target->signals.handled | target->signals.ignored) & bit);
}

/* Nothing stops init, because nobody could continue it. */
bool signal_does_nothing(const struct process *target, unsigned signal)
{
	uint64_t by_default = target == init ? harmless | stopping : harmless;

	return (target->signals.ignored | (by_default & ~target->signals.handled)) & SIGNAL_BIT(signal);
}

unsigned signal_first(uint64_t set)
{
	uint64_t first = set & synchronous ? set & synchronous : set;

	return (unsigned)__builtin_ctzl(first) + 1;
}

static void end(struct process *target, unsigned signal)
{
	event(SIGNAL_KILL, target->pid, signal, process_frame(target)->rip);
	if (target == current)
		process_end_current((int)signal);
	process_end(target, (int)signal);
}

uint64_t signals_act(struct process *process)
{
	struct signals *signals = &process->signals;
	uint64_t due;

	while ((due = signals->pending & ~signals->blocked) != 0) {
		if (process->state == STOPPED)
			due &= SIGNAL_BIT(SIGKILL);
		uint64_t unhandled = due & ~signals->handled;
		if (unhandled == 0)
			return due;
		unsigned signal = signal_first(unhandled);
		signals->pending &= ~SIGNAL_BIT(signal);
		if (signal_does_nothing(process, signal))
			continue;
		if (!(stopping & SIGNAL_BIT(signal))) {
			end(process, signal);
			return 0;
		}
		signal_stop(process, signal);
	}
	return 0;
}

void signals_notice(struct process *process)
{
	uint64_t handled = signals_act(process);

	if (handled == 0)
		return;
	/* Without traps there is no return from a trap. There a handled signal does no more than end a wait. */
	const bool direct = options.protocol == PROTOCOL_DIRECT;
	if (direct)
		process->signals.pending &= ~handled;
	if (!direct || process->state == BLOCKED)
		signals_enter_at_return(process);
	if (process->state == BLOCKED) {
		process_wake(process);
		process->interruption = INTERRUPTED;
	}
}

static void make_pending(struct process *target, unsigned signal, const struct signal_info *info)
{
	static const struct signal_info from_kernel = {.code = SI_KERNEL};
	struct signals *signals = &target->signals;

	if (signals->pending & SIGNAL_BIT(signal))
		return;
	signals->pending |= SIGNAL_BIT(signal);
	/* A signal that ends or stops the process now tells nobody why. Without memory the information is lost. */
	if (!((signals->handled | signals->blocked | signals->awaited) & SIGNAL_BIT(signal)))
		return;
	struct signal_details *details = signals_details(target);
	if (details != NULL)
		details->infos[signal - 1] = info != NULL ? *info : from_kernel;
}

void signal_post(struct process *target, unsigned signal, const struct signal_info *info)
{
	struct signals *signals = &target->signals;
	const uint64_t bit = SIGNAL_BIT(signal);

	if (target->state == ZOMBIE)
		return;
	if (stopping & bit)
		signals->pending &= ~SIGNAL_BIT(SIGCONT);
	if (signal == SIGCONT) {
		signals->pending &= ~stopping;
		signal_continue(target);
	}
	/* A blocked signal stays pending even if it would do nothing: that may be different when it is unblocked. */
	if (!((signals->blocked | signals->awaited) & bit) && signal_does_nothing(target, signal))
		return;
	make_pending(target, signal, info);
	if (signals->awaited & bit)
		process_wake(target);
	signals_notice(target);
}

int signal_send_info(struct process *target, unsigned signal, const struct signal_info *info)
{
	if (signal == 0 || target->state == ZOMBIE)
		return 0;
	/* As on Linux only init itself may end init, because that ends the run. */
	if (target == init && current != init && is_fatal(target, SIGNAL_BIT(signal)) &&
	    !(target->signals.blocked & SIGNAL_BIT(signal)))
		return -EPERM;
	signal_post(target, signal, info);
	return 0;
}

int signal_send(struct process *target, unsigned signal)
{
	return signal_send_info(target, signal, NULL);
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
int signal_group(uint32_t group, unsigned signal, const struct signal_info *info)
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
		signal_send_info(first, signal, info);
	if (self)
		signal_send_info(current, signal, info);
	return any ? reached : -ESRCH;
}
