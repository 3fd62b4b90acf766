/* SPDX-License-Identifier: MIT */
/* The handlers that traps have while they are watched: they report or account, around the trap's own handler. */
#include "kernel/watch/trap_watch.h"

#include <stdbool.h>

#include "kernel/boot/kernel_options.h"
#include "kernel/lib/compiler.h"
#include "kernel/process/process_list.h"
#include "kernel/trap/system_call.h"
#include "kernel/trap/trap_handlers.h"
#include "kernel/watch/account.h"
#include "kernel/watch/event.h"
#include "ringside/traps.h"

/* The callers give constants for `traced` and `accounted`, so that the compiler leaves out what is not needed. */
static ALWAYS_INLINE void handle_with(enum ringside_event kind, struct trap_frame *frame, bool traced, bool accounted)
{
	if (accounted && from_user(frame))
		account_until_now(current, &current->ring3_ticks);
	if (traced)
		event_put(kind, current->pid, frame->vector, frame->rip);
	trap_handlers[frame->vector](frame);
	if (accounted && from_user(frame))
		account_until_now(current, &current->ring0_ticks);
	if (traced && from_user(frame))
		event_put(RINGSIDE_EVENT_RETURN, current->pid, frame->rip, frame->rsp);
}

/* System calls report themselves (system_call). Interrupts come first, because their path is counted. */
static ALWAYS_INLINE void handle(struct trap_frame *frame, bool traced, bool accounted)
{
	if (frame->vector >= RINGSIDE_IRQ_BASE && frame->vector != RINGSIDE_TRAP_SYSCALL) {
		handle_with(RINGSIDE_EVENT_INTERRUPT, frame, traced, accounted);
	} else if (frame->vector == RINGSIDE_TRAP_SYSCALL) {
		system_call(frame);
	} else if (frame->vector == RINGSIDE_TRAP_UD && recognised_int80(frame)) {
		frame->vector = RINGSIDE_TRAP_SYSCALL;
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

void traps_watch(void)
{
	traps_watched = tracing || options.account;
	trap_watcher = options.account ? handle_accounted : handle_traced;
	syscall_watcher = options.account ? system_call : fast_call_traced;
}
