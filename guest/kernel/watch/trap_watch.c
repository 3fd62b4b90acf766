/* SPDX-License-Identifier: MIT */
/* The handlers that all traps have while they are watched: they report or account, around the trap's own handler. */
#include "kernel/watch/trap_watch.h"

#include <stdbool.h>

#include "kernel/boot/kernel_options.h"
#include "kernel/calls/absent_calls.h"
#include "kernel/lib/compiler.h"
#include "kernel/process/process_list.h"
#include "kernel/trap/fatal_trap.h"
#include "kernel/trap/system_call.h"
#include "kernel/trap/trap_handlers.h"
#include "kernel/watch/account.h"
#include "kernel/watch/event.h"
#include "kernel/watch/fault_watch.h"
#include "ringside/traps.h"

/* The callers give constants for `traced` and `accounted`, so that the compiler leaves out what is not needed. */
static ALWAYS_INLINE void handle_with(enum ringside_event kind, struct trap_frame *frame, bool traced, bool accounted)
{
	if (accounted && from_user(frame))
		account_until_now(current, &current->ring3_ticks);
	struct fault fault = {0};
	if (traced)
		event_put(kind, current->pid, frame->vector, frame->rip);
	if (traced && kind == RINGSIDE_EVENT_EXCEPTION)
		fault = fault_begins(frame);
	trap_handlers[frame->vector](frame);
	if (traced && kind == RINGSIDE_EVENT_EXCEPTION)
		fault_ends(&fault);
	if (accounted && from_user(frame))
		account_until_now(current, &current->ring0_ticks);
	if (traced && from_user(frame) && !current->signals.at_return)
		event_put(RINGSIDE_EVENT_RETURN, current->pid, frame->rip, frame->rsp);
}

/* System calls report themselves (system_call). Interrupts come first, because their path is counted. */
static ALWAYS_INLINE void handle(struct trap_frame *frame, bool traced, bool accounted)
{
	if (frame->vector >= RINGSIDE_IRQ_BASE && frame->vector != RINGSIDE_TRAP_SYSCALL) {
		handle_with(RINGSIDE_EVENT_INTERRUPT, frame, traced, accounted);
	} else if (frame->vector == RINGSIDE_TRAP_SYSCALL ||
		   (frame->vector == RINGSIDE_TRAP_UD && recognised_int80(frame))) {
		system_call(frame);
	} else {
		handle_with(RINGSIDE_EVENT_EXCEPTION, frame, traced, accounted);
	}
}

static void handle_traced(struct trap_frame *frame)
{
	handle(frame, true, false);
}

static void handle_accounted(struct trap_frame *frame)
{
	handle(frame, tracing, true);
}

/*
 * A system call by SYSCALL with tracing on: what system_call() does, with every question left out whose answer is known
 * here. SYSCALL always comes from ring 3; tracing is on; accounting is off, or system_call() would be the watcher.
 */
static void fast_call_traced(struct trap_frame *frame)
{
	uint64_t number = frame->rax;

	current->syscalls++;
	event_put(RINGSIDE_EVENT_SYSCALL, current->pid, number, frame->rip);
	event_arguments(frame, number);
	syscall_handler *handler = number < SYSCALL_LIMIT ? syscall_table[number] : SYSCALL_HANDLER(no_such_call);
	int64_t result = handler(frame->rdi, frame->rsi, frame->rdx, frame->r10, frame->r8, frame->r9);
	frame->rax = (uint64_t)result;
	event_put(RINGSIDE_EVENT_SYSCALL_RESULT, current->pid, number, (uint64_t)result);
	if (frame->rip >= USER_END)
		kill_for_bad_return(frame);
	if (!current->signals.at_return)
		event_put(RINGSIDE_EVENT_RETURN, current->pid, frame->rip, frame->rsp);
}

void traps_watch(void)
{
	traps_watched = tracing || options.account;
	trap_watcher = options.account ? handle_accounted : handle_traced;
	syscall_watcher = options.account ? system_call : fast_call_traced;
}
