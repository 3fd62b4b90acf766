/* SPDX-License-Identifier: MIT */
/* The system-call table and the ways to it other than entry.S's own. */
#include "kernel/trap/system_call.h"

#include "kernel/watch/account.h"
#include "kernel/devices/cpu.h"
#include "kernel/watch/event.h"
#include "kernel/watch/kernel.h"
#include "kernel/process/process_list.h"

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

/* Tells who traces what the call asks for, two arguments an event. Inline, it would take registers from every call. */
static __attribute__((noinline)) void event_arguments(const struct trap_frame *frame, unsigned count)
{
	event_put(RINGSIDE_EVENT_ARGUMENTS, current->pid, frame->rdi, frame->rsi);
	if (count > 2)
		event_put(RINGSIDE_EVENT_ARGUMENTS, current->pid, frame->rdx, frame->r10);
	if (count > 4)
		event_put(RINGSIDE_EVENT_ARGUMENTS, current->pid, frame->r8, frame->r9);
}

#define ALWAYS_INLINE inline __attribute__((always_inline))

static ALWAYS_INLINE void event_arrival(const struct trap_frame *frame, uint64_t number, bool ring3)
{
	if (ring3)
		event_put(RINGSIDE_EVENT_SYSCALL, current->pid, number, frame->rip);
	else if (number == RINGSIDE_SYS_exit_group)
		event_put(RINGSIDE_EVENT_MAIN_RETURN, current->pid, frame->rdi, frame->rip);
	else
		event_put(RINGSIDE_EVENT_SERVICE, current->pid, number, frame->rip);
	if (number < SYSCALL_LIMIT && argument_counts[number] != 0)
		event_arguments(frame, argument_counts[number]);
}

/* The last three are constants where it matters. */
static ALWAYS_INLINE void serve(struct trap_frame *frame, bool ring3, bool traced, bool accounted)
{
	uint64_t number = frame->rax;

	if (accounted)
		account_until_now(current, &current->ring3_ticks);
	current->syscalls++;
	if (traced)
		event_arrival(frame, number, ring3);
	syscall_handler *handler = number < SYSCALL_LIMIT ? syscall_table[number] : no_such_call;
	int64_t result = handler(frame->rdi, frame->rsi, frame->rdx, frame->r10, frame->r8, frame->r9);
	frame->rax = (uint64_t)result;
	if (traced)
		event_put(RINGSIDE_EVENT_SYSCALL_RESULT, current->pid, number, (uint64_t)result);
	if (frame->rip >= USER_END)
		syscall_bad_return(frame);
	if (accounted)
		account_until_now(current, &current->ring0_ticks);
	if (traced && ring3)
		event_put(RINGSIDE_EVENT_RETURN, current->pid, frame->rip, frame->rsp);
}

void system_call(struct trap_frame *frame)
{
	serve(frame, from_user(frame), tracing, options.account);
}

void syscall_traced(struct trap_frame *frame)
{
	serve(frame, true, true, false);
}
