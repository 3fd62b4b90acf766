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
#include "kernel/trap/trap_table.h"
#include "kernel/watch/account.h"
#include "kernel/watch/event.h"
#include "ringside/traps.h"

/* In place of the vector, in a frame that no system call can be restarted from. */
#define NO_VECTOR UINT64_MAX

enum { TRAP_INSTRUCTION_SIZE = 2 }; /* SYSCALL and INT 0x80 */

/* The process has no usable stack for a handler, or has made up a frame that it could not have been given. */
static _Noreturn void kill_for_frame(const struct trap_frame *frame, const char *what)
{
	event(SIGNAL_KILL, current->pid, SIGSEGV, frame->rip);
	if (options.print_fatal_signals)
		print("[%u] %s killed: %s at 0x%lx, rsp 0x%lx\n", current->pid, current->program.name, what, frame->rip,
		      frame->rsp);
	process_end_current(SIGSEGV);
}

static void restore_mask(struct signals *signals)
{
	signals->mask_is_temporary = false;
	signals->blocked = signals->mask_after;
}

static inline bool is_interrupted_call(const struct trap_frame *frame)
{
	return (int64_t)frame->rax == -ERESTARTSYS && frame->vector == RINGSIDE_TRAP_SYSCALL;
}

/* Signals have interrupted a system call: whether it ends with EINTR now, or is made again after the handler. */
static void end_interrupted_call(struct trap_frame *frame, bool restarts)
{
	if (restarts && from_user(frame)) {
		frame->rax = current->signals.call;
		frame->rip -= TRAP_INSTRUCTION_SIZE;
	} else {
		frame->rax = (uint64_t)-EINTR;
	}
}

static void enter_handler(struct trap_frame *frame, uint64_t signal)
{
	static const struct signal_info no_room = {.code = SI_KERNEL};

	const struct signal_detail *detail = &current->signals.details->of[signal - 1];

	if (is_interrupted_call(frame))
		end_interrupted_call(frame, detail->action.flags & SA_RESTART);
	if (signal_frame_push(frame, signal, detail))
		event(SIGNAL_DELIVER, current->pid, signal, frame->rip);
	else if (signal == SIGSEGV || !signal_force(SIGSEGV, &no_room))
		kill_for_frame(frame, "no stack for the handler of a signal");
}

static inline void act(struct trap_frame *frame, struct signals *signals)
{
	const uint64_t signal = signal_next(signals), bit = SIGNAL_BIT(signal);

	signals->pending &= ~bit;
	if (signals->handled & bit) {
		/* Without traps there is no return from one: there a handled signal only ends a wait. */
		if (options.protocol != PROTOCOL_DIRECT)
			enter_handler(frame, signal);
	} else if (signal_stops((unsigned)signal)) {
		signal_stop(current, (unsigned)signal);
	} else {
		event(SIGNAL_KILL, current->pid, signal, frame->rip);
		process_end_current((int)signal);
	}
}

void signals_return(struct trap_frame *frame, uint64_t result)
{
	struct signals *signals = &current->signals;

	if (signals->return_to == (uint64_t)fast_call_result)
		frame->rax = result;
	/* The temporary mask of a call is for its wait: it holds here only if a signal has ended that wait. */
	if (signals->mask_is_temporary && (int64_t)frame->rax != -EINTR)
		restore_mask(signals);
	for (;;) {
		if (signals_due(signals) != 0)
			act(frame, signals);
		else if (signals->mask_is_temporary)
			restore_mask(signals);
		else
			break;
	}
	signals->at_return = false;
	if (is_interrupted_call(frame))
		end_interrupted_call(frame, true);
	if (frame->rip >= USER_END)
		kill_for_bad_return(frame);
	if (options.account)
		account_until_now(current, &current->ring0_ticks);
	if (tracing && from_user(frame))
		event(RETURN, current->pid, frame->rip, frame->rsp);
}

int64_t signals_sigreturn(void)
{
	static const struct signal_info bad_frame = {.code = SI_KERNEL};
	struct signals *signals = &current->signals;
	struct trap_frame *frame = process_frame(current);
	const struct user_context *context = signal_frame_pop(frame);

	if (context == NULL) {
		if (!signal_force(SIGSEGV, &bad_frame))
			kill_for_frame(frame, "rt_sigreturn from a bad frame");
	} else {
		if (signals_due(signals) == 0 && !traps_watched)
			signal_context_return(context, frame);
		signal_context_load(context, frame);
		event(SIGRETURN, current->pid, frame->rip, frame->rsp);
		signals_notice(current);
		/* All registers must be loaded, and this is the return that loads all of them. */
		signals_at_return(current);
	}
	frame->vector = NO_VECTOR;
	return (int64_t)frame->rax;
}
