/* SPDX-License-Identifier: MIT */
/*
 * The fast path of a system call by SYSCALL while somebody traces: what system_call() (system_call.c) does, with every
 * question left out whose answer is known here. SYSCALL comes from ring 3 always; tracing is on; accounting is off, or
 * trap_watch.c would have chosen system_call().
 */
#include "kernel/calls/absent_calls.h"
#include "kernel/process/process_list.h"
#include "kernel/trap/fatal_trap.h"
#include "kernel/trap/system_call.h"
#include "kernel/watch/event.h"

void fast_call_traced(struct trap_frame *frame)
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
	event_put(RINGSIDE_EVENT_RETURN, current->pid, frame->rip, frame->rsp);
}
