/* SPDX-License-Identifier: MIT */
/* The registers in the frame of a signal's handler, and copying them (signal_context.S). signal_frame.c calls this. */
#ifndef GUEST_KERNEL_SIGNALS_SIGNAL_CONTEXT_H
#define GUEST_KERNEL_SIGNALS_SIGNAL_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/trap/frame.h"

/* Linux's struct ucontext for x86-64 (asm/ucontext.h, asm/sigcontext.h). */
struct user_context {
	uint64_t flags, link;
	uint64_t stack_base, stack_flags, stack_size;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
	uint16_t cs, gs, fs, ss;
	uint64_t error, vector, old_mask, cr2;
	uint64_t fpu; /* address of the FPU state */
	uint64_t reserved[8];
	uint64_t mask;
};
_Static_assert(offsetof(struct user_context, fpu) == 224 && sizeof(struct user_context) == 304, "as on Linux");

enum { UC_FP_XSTATE = 1, UC_SIGCONTEXT_SS = 2, UC_STRICT_RESTORE_SS = 4 };

/* Copies all that a trap frame holds to a context: the members from r8 to vector. */
void signal_context_save(struct user_context *context, const struct trap_frame *frame);

/* Copies the general registers but RSP back to a trap frame. */
void signal_context_load(const struct user_context *context, struct trap_frame *frame);

/* Returns from a trap with the general registers of a context, and with RIP, CS, RFLAGS, RSP and SS of a trap frame. */
_Noreturn void signal_context_return(const struct user_context *context, const struct trap_frame *frame);

#endif
