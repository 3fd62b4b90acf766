/* SPDX-License-Identifier: MIT */
/* The ordinary path of a system call, and the system-call table. */
#include "kernel/trap/system_call.h"

#include "kernel/calls/absent_calls.h"
#include "kernel/lib/compiler.h"
#include "kernel/process/process_list.h"
#include "kernel/trap/fatal_trap.h"
#include "kernel/watch/account.h"
#include "kernel/watch/event.h"

/* The handlers are in calls/, with as many parameters as they use. Here only their addresses are of interest. */
#define ROW(number, name, arguments, names) void sys_##name(void);
RINGSIDE_SYSCALLS(ROW)
#undef ROW

#define ROW(number, name, arguments, names) [number] = SYSCALL_HANDLER(sys_##name),
OVERRIDING_INITIALIZERS_BEGIN
syscall_handler *const syscall_table[SYSCALL_LIMIT] = {[0 ... SYSCALL_LIMIT - 1] = SYSCALL_HANDLER(no_such_call),
						       RINGSIDE_SYSCALLS(ROW)};
OVERRIDING_INITIALIZERS_END
#undef ROW

const uint8_t syscall_argument_counts[SYSCALL_LIMIT] = {
#define ROW(number, name, arguments, names) [number] = RINGSIDE_SYSCALL_ARGUMENTS(arguments),
	RINGSIDE_SYSCALLS(ROW)
#undef ROW
};

/* ---- events ---- */

void event_argument_values(const struct trap_frame *frame, unsigned count)
{
	event_put(RINGSIDE_EVENT_ARGUMENTS, current->pid, frame->rdi, frame->rsi);
	if (count > 2)
		event_put(RINGSIDE_EVENT_ARGUMENTS, current->pid, frame->rdx, frame->r10);
	if (count > 4)
		event_put(RINGSIDE_EVENT_ARGUMENTS, current->pid, frame->r8, frame->r9);
}

static void event_call(const struct trap_frame *frame, uint64_t number)
{
	if (from_user(frame))
		event_put(RINGSIDE_EVENT_SYSCALL, current->pid, number, frame->rip);
	else if (number == RINGSIDE_SYS_exit_group)
		event_put(RINGSIDE_EVENT_MAIN_RETURN, current->pid, frame->rdi, frame->rip);
	else
		event_put(RINGSIDE_EVENT_SERVICE, current->pid, number, frame->rip);
	event_arguments(frame, number);
}

/* ---- the system call ---- */

/*
 * What every system call does: count, find the handler by the number, call it, put the result into the frame. The fast
 * path of SYSCALL does the same in fewer instructions (fast_call.inc, and watch/trap_watch.c with tracing on).
 */
void system_call(struct trap_frame *frame)
{
	uint64_t number = frame->rax;
	syscall_handler *handler = number < SYSCALL_LIMIT ? syscall_table[number] : SYSCALL_HANDLER(no_such_call);

	if (options.account)
		account_until_now(current, &current->ring3_ticks);
	current->syscalls++;
	if (tracing)
		event_call(frame, number);

	int64_t result = handler(frame->rdi, frame->rsi, frame->rdx, frame->r10, frame->r8, frame->r9);

	frame->rax = (uint64_t)result;
	event(SYSCALL_RESULT, current->pid, number, result);
	if (frame->rip >= USER_END)
		kill_for_bad_return(frame);
	if (options.account)
		account_until_now(current, &current->ring0_ticks);
	if (from_user(frame) && !current->signals.at_return)
		event(RETURN, current->pid, frame->rip, frame->rsp);
}
