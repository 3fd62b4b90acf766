/* SPDX-License-Identifier: MIT */
/* The system-call table and the ways to it other than entry.S's own. */
#include "kernel/syscall.h"

#include "kernel/cpu.h"
#include "kernel/kernel.h"
#include "kernel/process.h"

uint8_t syscall_watched;

static int64_t no_such_call(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	(void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	return -ENOSYS;
}

/* The rows override the range: that is what it is for. */
#pragma GCC diagnostic push
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#else
#pragma GCC diagnostic ignored "-Woverride-init"
#endif
#define ROW(number, name, arguments) [number] = sys_##name,
syscall_handler *const syscall_table[SYSCALL_LIMIT] = {[0 ... SYSCALL_LIMIT - 1] = no_such_call,
						       RINGSIDE_SYSCALLS(ROW)};
#undef ROW
#pragma GCC diagnostic pop

void system_call(struct trap_frame *frame)
{
	uint64_t number = frame->rax;

	if (probing)
		probe_trapped(frame);
	current->syscalls++;
	event(SYSCALL, current->pid, number, frame->rip);
	syscall_handler *handler = number < SYSCALL_LIMIT ? syscall_table[number] : no_such_call;
	int64_t result = handler(frame->rdi, frame->rsi, frame->rdx, frame->r10, frame->r8, frame->r9);
	frame->rax = (uint64_t)result;
	event(SYSCALL_RESULT, current->pid, number, result);
	if (frame->rip >= USER_END)
		syscall_bad_return(frame);
	event(RETURN, current->pid, frame->rip, frame->rsp);
}
