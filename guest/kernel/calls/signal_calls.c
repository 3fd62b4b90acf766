/* SPDX-License-Identifier: MIT */
/* System calls about signals: what a process wants of them, sending them, and waiting for them. */
#include "kernel/calls/call_definition.h"
#include "kernel/devices/time.h"
#include "kernel/schedule/schedule.h"
#include "kernel/signals/signal.h"
#include "kernel/signals/signal_details.h"
#include "kernel/signals/signal_frame.h"
#include "kernel/signals/signal_group.h"
#include "kernel/signals/signal_return.h"

enum { SIG_DFL = 0, SIG_IGN = 1 };
enum { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK };

/* ---- actions ---- */

static struct signal_action action_of(const struct signals *signals, unsigned signal)
{
	const uint64_t bit = SIGNAL_BIT(signal);
	struct signal_action action = {0};

	if (signals->details != NULL)
		action = signals->details->of[signal - 1].action;
	if (!(signals->handled & bit))
		action.handler = signals->ignored & bit ? SIG_IGN : SIG_DFL;
	return action;
}

static int64_t set_action(struct signals *signals, unsigned signal, const struct signal_action *action)
{
	const uint64_t bit = SIGNAL_BIT(signal);
	const bool is_handler = action->handler != SIG_DFL && action->handler != SIG_IGN;

	if (is_handler && signals_details(current) == NULL)
		return -ENOMEM;
	signal_frames_init();
	signals->handled = is_handler ? signals->handled | bit : signals->handled & ~bit;
	signals->ignored = action->handler == SIG_IGN ? signals->ignored | bit : signals->ignored & ~bit;
	if (signals->details != NULL)
		signals->details->of[signal - 1].action = *action;
	/* POSIX: a pending signal that would do nothing is discarded, blocked or not. */
	signals->pending &= ~(signals_without_effect(current) & bit);
	return 0;
}

SYSTEM_CALL(sys_rt_sigaction, uint64_t number, uint64_t new, uint64_t old, uint64_t size)
{
	struct signals *signals = &current->signals;
	unsigned signal = (unsigned)number;
	struct signal_action before, wanted;
	int error = 0;

	if (size != sizeof(wanted.mask) || signal == 0 || signal > SIGNAL_MAX ||
	    (new != 0 && SIGNALS_UNBLOCKABLE &SIGNAL_BIT(signal)))
		return -EINVAL;
	if (new != 0)
		error = space_read(&current->space, &wanted, new, sizeof(wanted));
	before = action_of(signals, signal);
	if (error == 0 && old != 0)
		error = space_write(&current->space, old, &before, sizeof(before));
	return error == 0 && new != 0 ? set_action(signals, signal, &wanted) : error;
}

SYSTEM_CALL(sys_rt_sigreturn, void)
{
	return signals_sigreturn();
}

/* ---- the alternate stack ---- */

/* stack_t */
struct user_stack {
	uint64_t base;
	uint32_t flags, padding;
	uint64_t size;
};

static int64_t set_stack(uint64_t address)
{
	struct user_stack wanted;
	int error = space_read(&current->space, &wanted, address, sizeof(wanted));

	if (error != 0)
		return error;
	if (on_alternate_stack(process_frame(current)->rsp))
		return -EPERM;
	return signal_stack_set(&(struct signal_stack){wanted.base, wanted.size, wanted.flags});
}

SYSTEM_CALL(sys_sigaltstack, uint64_t new, uint64_t old)
{
	const struct signal_stack *stack = &current->signals.stack;
	struct user_stack before = {stack->base, stack->flags, 0, stack->size};

	if (stack->size == 0)
		before.flags |= SS_DISABLE;
	else if (on_alternate_stack(process_frame(current)->rsp))
		before.flags |= SS_ONSTACK;
	int64_t error = new != 0 ? set_stack(new) : 0;
	return error == 0 && old != 0 ? space_write(&current->space, old, &before, sizeof(before)) : error;
}

/* ---- masks ---- */

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
	current->signals.blocked = mask & ~SIGNALS_UNBLOCKABLE;
	signals_notice(current);
	return 0;
}

SYSTEM_CALL(sys_rt_sigpending, uint64_t address, uint64_t size)
{
	const uint64_t pending = current->signals.pending & current->signals.blocked;

	if (size > sizeof(pending))
		return -EINVAL;
	return space_write(&current->space, address, &pending, size);
}

int64_t signals_block_for_now(uint64_t mask, uint64_t size)
{
	struct signals *signals = &current->signals;
	uint64_t wanted;

	if (size != sizeof(wanted))
		return -EINVAL;
	int error = space_read(&current->space, &wanted, mask, sizeof(wanted));
	if (error != 0)
		return error;
	signals->mask_after = signals->blocked;
	signals->mask_is_temporary = true;
	signals->blocked = wanted & ~SIGNALS_UNBLOCKABLE;
	signals_at_return(current);
	signals_notice(current);
	return 0;
}

/* ---- waiting ---- */

static int64_t wait_for_handler(void)
{
	while (process_block(CHILD_OR_SIGNAL) == INTERRUPTED_NOT)
		;
	return -EINTR;
}

SYSTEM_CALL(sys_pause, void)
{
	return wait_for_handler();
}

SYSTEM_CALL(sys_rt_sigsuspend, uint64_t address, uint64_t size)
{
	int64_t error = signals_block_for_now(address, size);

	return error == 0 ? wait_for_handler() : error;
}

/* Takes one of the awaited signals that is pending. Its number; 0 if there is none; -EFAULT. */
static int64_t take_awaited(uint64_t awaited, uint64_t address)
{
	struct signals *signals = &current->signals;
	uint64_t there = signals->pending & awaited;

	if (there == 0)
		return 0;
	unsigned signal = (unsigned)__builtin_ctzl(there) + 1;
	signals->pending &= ~SIGNAL_BIT(signal);
	struct signal_info unknown = {0};
	struct user_info info =
		user_info_of(signal, signals->details != NULL ? &signals->details->of[signal - 1].info : &unknown);
	int error = address == 0 ? 0 : space_write(&current->space, address, &info, sizeof(info));
	return error != 0 ? error : (int64_t)signal;
}

SYSTEM_CALL(sys_rt_sigtimedwait, uint64_t set, uint64_t info, uint64_t timeout, uint64_t size)
{
	struct signals *signals = &current->signals;
	uint64_t awaited, nanoseconds, until = TIME_NEVER;
	int64_t result = size != sizeof(awaited) ? -EINVAL : space_read(&current->space, &awaited, set, size);
	enum interruption interruption = INTERRUPTED_NOT;

	if (result == 0 && timeout != 0)
		result = read_time(timeout, &nanoseconds);
	if (result != 0)
		return result;
	if (timeout != 0 && __builtin_add_overflow(time_now(), nanoseconds, &until))
		until = TIME_NEVER;
	awaited &= ~SIGNALS_UNBLOCKABLE;
	while ((result = take_awaited(awaited, info)) == 0) {
		if (interruption == INTERRUPTED)
			return -EINTR;
		if (time_now() >= until)
			return -EAGAIN;
		signals->awaited = awaited;
		interruption = until == TIME_NEVER ? process_block(CHILD_OR_SIGNAL) : process_sleep(until);
		signals->awaited = 0;
	}
	return result;
}

/* ---- sending ---- */

static int64_t kill_group(uint32_t group, unsigned signal, const struct signal_info *info)
{
	int reached = signal_group(group, signal, info);

	return reached < 0 ? reached : 0;
}

static int64_t send(uint64_t pid, uint64_t signal, const struct signal_info *info)
{
	int32_t target = (int32_t)pid;

	if ((uint32_t)signal > SIGNAL_MAX)
		return -EINVAL;
	if (target == 0)
		return kill_group(current->group, (unsigned)signal, info);
	if (target == -1)
		return kill_group(EVERYBODY, (unsigned)signal, info);
	if (target < 0)
		return kill_group(-(uint32_t)target, (unsigned)signal, info);
	struct process *process = process_find((uint32_t)target);
	return process == NULL ? -ESRCH : signal_send_info(process, (unsigned)signal, info);
}

SYSTEM_CALL(sys_kill, uint64_t pid, uint64_t signal)
{
	return send(pid, signal, &(struct signal_info){SI_USER, current->pid, 0});
}

static int64_t send_to_thread(uint64_t thread, uint64_t signal)
{
	return send(thread, signal, &(struct signal_info){SI_TKILL, current->pid, 0});
}

/* Every process has one thread, with the process's number. */
SYSTEM_CALL(sys_tkill, uint64_t thread, uint64_t signal)
{
	return (int32_t)thread <= 0 ? -EINVAL : send_to_thread(thread, signal);
}

SYSTEM_CALL(sys_tgkill, uint64_t process, uint64_t thread, uint64_t signal)
{
	if ((int32_t)process <= 0 || (int32_t)thread <= 0)
		return -EINVAL;
	return (uint32_t)process != (uint32_t)thread ? -ESRCH : send_to_thread(thread, signal);
}

/* sigqueue(3). The sender chooses what the handler is told, but cannot pretend to be the kernel or kill(2). */
SYSTEM_CALL(sys_rt_sigqueueinfo, uint64_t pid, uint64_t signal, uint64_t address)
{
	struct user_info wanted;
	int error = space_read(&current->space, &wanted, address, sizeof(wanted));

	if (error != 0)
		return error;
	if ((wanted.code >= 0 || wanted.code == SI_TKILL) && (uint32_t)pid != current->pid)
		return -EPERM;
	if ((int32_t)pid <= 0)
		return -ESRCH;
	return send(pid, signal, &(struct signal_info){wanted.code, wanted.first, wanted.second});
}
