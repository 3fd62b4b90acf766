/* SPDX-License-Identifier: MIT */
/*
 * Offsets of structures and sizes of tables for assembly, as the compiler knows them. This file is not linked: it is
 * compiled to assembly, from which the Makefile takes the strings "->NAME VALUE" and makes offsets.h.
 */
#include <stddef.h>

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/cpu.h"
#include "kernel/process/process_list.h"
#include "kernel/signals/signal_context.h"
#include "kernel/trap/system_call.h"
#include "kernel/trap/trap_path.h"
#include "ringside/traps.h"

#define DEFINE(name, value) __asm__ volatile(".ascii \"->" #name " %c0\"" : : "i"(value))

#define ERROR_CODE_BIT(vector, mnemonic, name, dpl, error, signal) | ((vector) < 32 ? (error) << ((vector) % 32) : 0)

void offsets(void);

void offsets(void)
{
	DEFINE(FRAME_R11, offsetof(struct trap_frame, r11));
	DEFINE(FRAME_RAX, offsetof(struct trap_frame, rax));
	DEFINE(FRAME_RCX, offsetof(struct trap_frame, rcx));
	DEFINE(FRAME_VECTOR, offsetof(struct trap_frame, vector));
	DEFINE(FRAME_ERROR, offsetof(struct trap_frame, error));
	DEFINE(FRAME_RIP, offsetof(struct trap_frame, rip));
	DEFINE(FRAME_CS, offsetof(struct trap_frame, cs));
	DEFINE(FRAME_RFLAGS, offsetof(struct trap_frame, rflags));
	DEFINE(FRAME_RSP, offsetof(struct trap_frame, rsp));
	DEFINE(CONTEXT_RBX, offsetof(struct context, rbx));
	DEFINE(CONTEXT_RBP, offsetof(struct context, rbp));
	DEFINE(CONTEXT_R12, offsetof(struct context, r12));
	DEFINE(CONTEXT_R13, offsetof(struct context, r13));
	DEFINE(CONTEXT_R14, offsetof(struct context, r14));
	DEFINE(CONTEXT_R15, offsetof(struct context, r15));
	DEFINE(CONTEXT_RSP, offsetof(struct context, rsp));
	DEFINE(UCONTEXT_R10, offsetof(struct user_context, r10));
	DEFINE(UCONTEXT_R11, offsetof(struct user_context, r11));
	DEFINE(UCONTEXT_R12, offsetof(struct user_context, r12));
	DEFINE(UCONTEXT_R13, offsetof(struct user_context, r13));
	DEFINE(UCONTEXT_R14, offsetof(struct user_context, r14));
	DEFINE(UCONTEXT_R15, offsetof(struct user_context, r15));
	DEFINE(UCONTEXT_R8, offsetof(struct user_context, r8));
	DEFINE(UCONTEXT_R9, offsetof(struct user_context, r9));
	DEFINE(UCONTEXT_RAX, offsetof(struct user_context, rax));
	DEFINE(UCONTEXT_RBP, offsetof(struct user_context, rbp));
	DEFINE(UCONTEXT_RBX, offsetof(struct user_context, rbx));
	DEFINE(UCONTEXT_RCX, offsetof(struct user_context, rcx));
	DEFINE(UCONTEXT_RDI, offsetof(struct user_context, rdi));
	DEFINE(UCONTEXT_RDX, offsetof(struct user_context, rdx));
	DEFINE(UCONTEXT_RSI, offsetof(struct user_context, rsi));
	DEFINE(UCONTEXT_RSP, offsetof(struct user_context, rsp));
	DEFINE(UCONTEXT_RIP, offsetof(struct user_context, rip));
	DEFINE(UCONTEXT_RFLAGS, offsetof(struct user_context, rflags));
	DEFINE(UCONTEXT_CS, offsetof(struct user_context, cs));
	DEFINE(UCONTEXT_SS, offsetof(struct user_context, ss));
	DEFINE(UCONTEXT_VECTOR, offsetof(struct user_context, vector));
	DEFINE(UCONTEXT_ERROR, offsetof(struct user_context, error));
	DEFINE(CPU_SMAP, offsetof(struct cpu_features, smap));
	DEFINE(PROCESS_SYSCALLS, offsetof(struct process, syscalls));
	DEFINE(SYSCALL_LIMIT, SYSCALL_LIMIT);
	DEFINE(SYSCALL_VECTOR, RINGSIDE_TRAP_SYSCALL);
	DEFINE(PAGE_FAULT_VECTOR, RINGSIDE_TRAP_PF);
	DEFINE(TRAP_STUB_SIZE, TRAP_STUB_SIZE);
	DEFINE(TRAP_ERROR_CODES, 0 RINGSIDE_TRAPS(ERROR_CODE_BIT));
	DEFINE(BREAK_REGISTER, BREAK_REGISTER);
	DEFINE(USER_FLAGS, USER_FLAGS);
	DEFINE(FLAGS_ALWAYS, FLAG_IF | FLAG_ONE);
}
