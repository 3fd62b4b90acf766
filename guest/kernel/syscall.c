/* SPDX-License-Identifier: MIT */
/* The system-call table and the ways to it other than entry.S's own. */
#include "kernel/syscall.h"

#include "kernel/account.h"
#include "kernel/cpu.h"
#include "kernel/kernel.h"
#include "kernel/process.h"

uint8_t syscall_watched;

#define ROW(number, name, arguments) [number] = sys_##name,
OVERRIDING_INITIALIZERS_BEGIN
syscall_handler *const syscall_table[SYSCALL_LIMIT] = {[0 ... SYSCALL_LIMIT - 1] = no_such_call,
						       RINGSIDE_SYSCALLS(ROW)};
OVERRIDING_INITIALIZERS_END
#undef ROW

static const uint8_t argument_counts[SYSCALL_LIMIT] = {
#define ROW(number, name, arguments) [number] = RINGSIDE_SYSCALL_ARGUMENTS(arguments),
	RINGSIDE_SYSCALLS(ROW)
#undef ROW
};

/* Tells who traces what the call asks for, two arguments an event. */
static void event_arguments(const struct trap_frame *frame, uint64_t number)
{
	unsigned count = number < SYSCALL_LIMIT ? argument_counts[number] : 0;

	if (count > 0)
		event_write(RINGSIDE_EVENT_ARGUMENTS, current->pid, frame->rdi, frame->rsi);
	if (count > 2)
		event_write(RINGSIDE_EVENT_ARGUMENTS, current->pid, frame->rdx, frame->r10);
	if (count > 4)
		event_write(RINGSIDE_EVENT_ARGUMENTS, current->pid, frame->r8, frame->r9);
}

static void event_arrival(const struct trap_frame *frame, uint64_t number)
{
	if (from_user(frame))
		event(SYSCALL, current->pid, number, frame->rip);
	else if (number == RINGSIDE_SYS_exit_group)
		event(MAIN_RETURN, current->pid, frame->rdi, frame->rip);
	else
		event(SERVICE, current->pid, number, frame->rip);
	if (tracing)
		event_arguments(frame, number);
}

void system_call(struct trap_frame *frame)
{
	uint64_t number = frame->rax;

	if (probing)
		probe_trapped(frame);
	account_enter_kernel();
	current->syscalls++;
	event_arrival(frame, number);
	syscall_handler *handler = number < SYSCALL_LIMIT ? syscall_table[number] : no_such_call;
	int64_t result = handler(frame->rdi, frame->rsi, frame->rdx, frame->r10, frame->r8, frame->r9);
	frame->rax = (uint64_t)result;
	event(SYSCALL_RESULT, current->pid, number, result);
	if (frame->rip >= USER_END)
		syscall_bad_return(frame);
	account_leave_kernel();
	if (from_user(frame))
		event(RETURN, current->pid, frame->rip, frame->rsp);
}
