/* SPDX-License-Identifier: MIT */
/* Delivery: handlers are entered, and left by rt_sigreturn, where a trap returns to the process. */
#include "kernel/signals/signal_return.h"

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/serial_console.h"
#include "kernel/lib/errno.h"
#include "kernel/process/lifetime.h"
#include "kernel/signals/signal.h"
#include "kernel/signals/signal_frame.h"
#include "kernel/trap/fatal_trap.h"
#include "kernel/trap/trap_path.h"
#include "kernel/watch/account.h"
#include "kernel/watch/event.h"
#include "ringside/traps.h"

/* In place of the vector, in a frame that no system call can be restarted from. */
#define NO_VECTOR UINT64_MAX

enum { TRAP_INSTRUCTION_SIZE = 2 }; /* SYSCALL and INT 0x80 */

void signals_enter_at_return(struct process *process)
{
	uint64_t *slot = (uint64_t *)process_frame(process) - 1;

	if (*slot == (uint64_t)return_by_signal)
		return;
	process->signals.return_to = *slot;
	process->signals.call = process_frame(process)->rax;
	*slot = (uint64_t)return_by_signal;
}

/* The process has no usable stack for a handler, or has made up a frame that it could not have been given. */
static _Noreturn void kill_for_frame(const struct trap_frame *frame, const char *what)
{
	event(SIGNAL_KILL, current->pid, SIGSEGV, frame->rip);
	if (options.print_fatal_signals)
		print("[%u] %s killed: %s at 0x%lx, rsp 0x%lx\n", current->pid, current->program.name, what, frame->rip,
		      frame->rsp);
	process_end_current(SIGSEGV);
}

/* Makes a signal pending that cannot wait. False: no handler could be entered now. */
static bool force(unsigned signal, const struct signal_info *info)
{
	struct signals *signals = &current->signals;
	const uint64_t bit = SIGNAL_BIT(signal);

	if (!(signals->handled & ~signals->blocked & bit) || options.protocol == PROTOCOL_DIRECT)
		return false;
	signals->pending |= bit;
	signals->details->infos[signal - 1] = *info;
	return true;
}

/* If signals have interrupted a system call: whether it ends with EINTR now, or is made again after the handler. */
static void end_interrupted_call(struct trap_frame *frame, bool restarts)
{
	if (frame->vector != RINGSIDE_TRAP_SYSCALL || (int64_t)frame->rax != -ERESTARTSYS)
		return;
	if (restarts && from_user(frame)) {
		frame->rax = current->signals.call;
		frame->rip -= TRAP_INSTRUCTION_SIZE;
	} else {
		frame->rax = (uint64_t)-EINTR;
	}
}

static void enter_handler(struct trap_frame *frame, unsigned signal)
{
	static const struct signal_info no_room = {.code = SI_KERNEL};
	struct signals *signals = &current->signals;
	const struct signal_action *action = &signals->details->actions[signal - 1];
	const uint64_t bit = SIGNAL_BIT(signal);
	uint64_t mask = signals->mask_is_temporary ? signals->mask_after : signals->blocked;

	signals->pending &= ~bit;
	end_interrupted_call(frame, action->flags & SA_RESTART);
	if (!signal_frame_push(frame, signal, action, &signals->details->infos[signal - 1], mask)) {
		if (signal == SIGSEGV || !force(SIGSEGV, &no_room))
			kill_for_frame(frame, "no stack for the handler of a signal");
		return;
	}
	signals->mask_is_temporary = false;
	signals->blocked |= (action->mask | (action->flags & SA_NODEFER ? 0 : bit)) & ~SIGNALS_UNBLOCKABLE;
	if (action->flags & SA_RESETHAND)
		signals->handled &= ~bit;
	signals->fault_error = signals->fault_vector = signals->fault_address = 0;
	event(SIGNAL_DELIVER, current->pid, signal, frame->rip);
}

static void enter_handlers(struct trap_frame *frame)
{
	uint64_t handled;

	while ((handled = signals_act(current)) != 0)
		enter_handler(frame, signal_first(handled));
}

void signals_return(struct trap_frame *frame, uint64_t result)
{
	struct signals *signals = &current->signals;

	if (signals->return_to == (uint64_t)fast_call_result)
		frame->rax = result;
	/* The temporary mask of a call is for its wait: it holds for delivery only if a signal has ended that wait. */
	if (!signals->mask_is_temporary || (int64_t)frame->rax == -EINTR)
		enter_handlers(frame);
	if (signals->mask_is_temporary) {
		signals->mask_is_temporary = false;
		signals->blocked = signals->mask_after;
		enter_handlers(frame);
	}
	end_interrupted_call(frame, true);
	if (frame->rip >= USER_END)
		kill_for_bad_return(frame);
	if (options.account)
		account_until_now(current, &current->ring0_ticks);
	if (from_user(frame))
		event(RETURN, current->pid, frame->rip, frame->rsp);
}

void signals_return_now(void)
{
	current->signals.return_to = 0;
	return_with_signals(process_frame(current));
}

bool signal_for_trap(const struct trap_frame *frame, unsigned signal)
{
	struct signals *signals = &current->signals;
	struct signal_info info;

	fault_describe(frame, &info);
	if (!force(signal, &info))
		return false;
	signals->fault_error = frame->error;
	signals->fault_vector = frame->vector;
	signals->fault_address = frame->vector == RINGSIDE_TRAP_PF ? info.first : 0;
	if (frame != process_frame(current)) {
		/* It came on one of the stacks that all processes share (IST), where no handler can be waited for. */
		*process_frame(current) = *frame;
		signals_return_now();
	}
	signals_enter_at_return(current);
	return true;
}

int64_t signals_sigreturn(void)
{
	static const struct signal_info bad_frame = {.code = SI_KERNEL};
	struct trap_frame *frame = process_frame(current);

	if (signal_frame_pop(frame)) {
		/* All registers must be loaded, so the return is the one that loads all of them. */
		if (!tracing && !options.account && !signals_are_due(current))
			return_from_trap(frame);
		event(SIGRETURN, current->pid, frame->rip, frame->rsp);
	} else if (!force(SIGSEGV, &bad_frame)) {
		kill_for_frame(frame, "rt_sigreturn from a bad frame");
	}
	frame->vector = NO_VECTOR;
	signals_enter_at_return(current);
	return (int64_t)frame->rax;
}
