/* SPDX-License-Identifier: MIT */
/*
 * System calls about signals. Handlers are recorded and keep a signal from its default action. A signal that is handled
 * ends a wait, as on Linux, but the kernel enters no handler.
 */
#include "kernel/calls/call_definition.h"
#include "kernel/process/signal.h"
#include "kernel/schedule/schedule.h"

enum { SIG_DFL = 0, SIG_IGN = 1 };
enum { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK };

#define SA_RESTART 0x10000000UL

#define NEVER_KEPT (SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP))

/* struct sigaction as the kernel has it. */
struct user_action {
	uint64_t handler, flags, restorer, mask;
};

static uint64_t handler_of(const struct signals *signals, unsigned signal)
{
	if (signals->handled & SIGNAL_BIT(signal))
		return signals->handlers[signal - 1];
	return signals->ignored & SIGNAL_BIT(signal) ? SIG_IGN : SIG_DFL;
}

static void record(struct signals *signals, unsigned signal, const struct user_action *action)
{
	const uint64_t bit = SIGNAL_BIT(signal);

	signals->handled &= ~bit;
	signals->ignored &= ~bit;
	signals->restarting &= ~bit;
	if (action->handler == SIG_IGN)
		signals->ignored |= bit;
	else if (action->handler != SIG_DFL)
		signals->handled |= bit;
	if (action->flags & SA_RESTART)
		signals->restarting |= bit;
	signals->handlers[signal - 1] = action->handler;
}

SYSTEM_CALL(sys_rt_sigaction, uint64_t number, uint64_t new, uint64_t old, uint64_t size)
{
	struct signals *signals = &current->signals;
	unsigned signal = (unsigned)number;
	struct user_action action = {0}, wanted;
	int error = 0;

	if (size != sizeof(action.mask) || signal == 0 || signal > SIGNAL_MAX ||
	    (new != 0 && NEVER_KEPT &SIGNAL_BIT(signal)))
		return -EINVAL;
	if (new != 0)
		error = space_read(&current->space, &wanted, new, sizeof(wanted));
	action.handler = handler_of(signals, signal);
	if (error == 0 && old != 0)
		error = space_write(&current->space, old, &action, sizeof(action));
	if (error == 0 && new != 0)
		record(signals, signal, &wanted);
	return error;
}

SYSTEM_CALL(sys_rt_sigprocmask, uint64_t how, uint64_t new, uint64_t old, uint64_t size)
{
	uint64_t before = current->signals.blocked, mask;
	int error = 0;

	if (size != sizeof(mask) || (new != 0 && (uint32_t)how > SIG_SETMASK))
		return -EINVAL;
	if (new != 0)
		error = space_read(&current->space, &mask, new, sizeof(mask));
	if (error == 0 && old != 0)
		error = space_write(&current->space, old, &before, sizeof(before));
	if (error != 0 || new == 0)
		return error;
	if ((uint32_t)how != SIG_SETMASK)
		mask = (uint32_t)how == SIG_BLOCK ? before | mask : before & ~mask;
	current->signals.blocked = mask & ~NEVER_KEPT;
	signal_send_unblocked();
	return 0;
}

SYSTEM_CALL(sys_rt_sigpending, uint64_t address, uint64_t size)
{
	if (size > sizeof(current->signals.pending))
		return -EINVAL;
	return space_write(&current->space, address, &current->signals.pending, size);
}

/* ---- waiting for a signal; the end of a child counts as one ---- */

static int64_t wait_for_signal(void)
{
	if (list_empty(&current->zombies))
		process_block(CHILD_OR_SIGNAL);
	return -EINTR;
}

SYSTEM_CALL(sys_pause, void)
{
	return wait_for_signal();
}

int64_t signals_block_for_now(uint64_t mask, uint64_t size, uint64_t *before)
{
	uint64_t wanted;

	*before = current->signals.blocked;
	if (size != sizeof(wanted))
		return -EINVAL;
	int error = space_read(&current->space, &wanted, mask, sizeof(wanted));
	if (error != 0)
		return error;
	current->signals.blocked = wanted & ~NEVER_KEPT;
	return signal_send_unblocked() ? -EINTR : 0;
}

SYSTEM_CALL(sys_rt_sigsuspend, uint64_t address, uint64_t size)
{
	uint64_t before;
	int64_t error = signals_block_for_now(address, size, &before);

	if (error == 0)
		error = wait_for_signal();
	current->signals.blocked = before;
	return error;
}

/* ---- sending ---- */

static int64_t kill_group(uint32_t group, unsigned signal)
{
	int reached = signal_group(group, signal);

	return reached < 0 ? reached : 0;
}

static int64_t send(uint64_t pid, uint64_t signal)
{
	int32_t target = (int32_t)pid;

	if ((uint32_t)signal > SIGNAL_MAX)
		return -EINVAL;
	if (target == 0)
		return kill_group(current->group, (unsigned)signal);
	if (target == -1)
		return kill_group(EVERYBODY, (unsigned)signal);
	if (target < 0)
		return kill_group(-(uint32_t)target, (unsigned)signal);
	struct process *process = process_find((uint32_t)target);
	return process == NULL ? -ESRCH : signal_send(process, (unsigned)signal);
}

SYSTEM_CALL(sys_kill, uint64_t pid, uint64_t signal)
{
	return send(pid, signal);
}

/* Every process has one thread, with the process's number. */
SYSTEM_CALL(sys_tkill, uint64_t thread, uint64_t signal)
{
	return (int32_t)thread <= 0 ? -EINVAL : send(thread, signal);
}

SYSTEM_CALL(sys_tgkill, uint64_t process, uint64_t thread, uint64_t signal)
{
	if ((int32_t)process <= 0)
		return -EINVAL;
	return (uint32_t)process != (uint32_t)thread ? -ESRCH : send(thread, signal);
}
