/* SPDX-License-Identifier: MIT */
/*
 * Copying registers between a trap frame and the context of a signal's handler, which have them in different orders:
 * PUSH and POP move a word from memory to memory in one instruction, with RSP in the trap frame. Interrupts are off.
 */
#include "offsets.h"

	.globl signal_context_save
	.type signal_context_save, @function
signal_context_save:
	mov %rsp, %rax
	mov %rsi, %rsp
	popq UCONTEXT_R15(%rdi)
	popq UCONTEXT_R14(%rdi)
	popq UCONTEXT_R13(%rdi)
	popq UCONTEXT_R12(%rdi)
	popq UCONTEXT_RBP(%rdi)
	popq UCONTEXT_RBX(%rdi)
	popq UCONTEXT_R11(%rdi)
	popq UCONTEXT_R10(%rdi)
	popq UCONTEXT_R9(%rdi)
	popq UCONTEXT_R8(%rdi)
	popq UCONTEXT_RAX(%rdi)
	popq UCONTEXT_RCX(%rdi)
	popq UCONTEXT_RDX(%rdi)
	popq UCONTEXT_RSI(%rdi)
	popq UCONTEXT_RDI(%rdi)
	popq UCONTEXT_VECTOR(%rdi)
	popq UCONTEXT_ERROR(%rdi)
	popq UCONTEXT_RIP(%rdi)
	popq UCONTEXT_CS(%rdi)			/* and 0 for GS and FS, which are next to it */
	popq UCONTEXT_RFLAGS(%rdi)
	popq UCONTEXT_RSP(%rdi)
	pop %rsi
	mov %si, UCONTEXT_SS(%rdi)
	mov %rax, %rsp
	ret
	.size signal_context_save, . - signal_context_save

	.globl signal_context_load
	.type signal_context_load, @function
signal_context_load:
	mov %rsp, %rax
	lea FRAME_VECTOR(%rsi), %rsp
	pushq UCONTEXT_RDI(%rdi)
	pushq UCONTEXT_RSI(%rdi)
	pushq UCONTEXT_RDX(%rdi)
	pushq UCONTEXT_RCX(%rdi)
	pushq UCONTEXT_RAX(%rdi)
	pushq UCONTEXT_R8(%rdi)
	pushq UCONTEXT_R9(%rdi)
	pushq UCONTEXT_R10(%rdi)
	pushq UCONTEXT_R11(%rdi)
	pushq UCONTEXT_RBX(%rdi)
	pushq UCONTEXT_RBP(%rdi)
	pushq UCONTEXT_R12(%rdi)
	pushq UCONTEXT_R13(%rdi)
	pushq UCONTEXT_R14(%rdi)
	pushq UCONTEXT_R15(%rdi)
	mov %rax, %rsp
	ret
	.size signal_context_load, . - signal_context_load

	.globl signal_context_return
	.type signal_context_return, @function
signal_context_return:
	lea FRAME_RIP(%rsi), %rsp
	mov UCONTEXT_R15(%rdi), %r15
	mov UCONTEXT_R14(%rdi), %r14
	mov UCONTEXT_R13(%rdi), %r13
	mov UCONTEXT_R12(%rdi), %r12
	mov UCONTEXT_RBP(%rdi), %rbp
	mov UCONTEXT_RBX(%rdi), %rbx
	mov UCONTEXT_R11(%rdi), %r11
	mov UCONTEXT_R10(%rdi), %r10
	mov UCONTEXT_R9(%rdi), %r9
	mov UCONTEXT_R8(%rdi), %r8
	mov UCONTEXT_RAX(%rdi), %rax
	mov UCONTEXT_RCX(%rdi), %rcx
	mov UCONTEXT_RDX(%rdi), %rdx
	mov UCONTEXT_RSI(%rdi), %rsi
	mov UCONTEXT_RDI(%rdi), %rdi
	iretq
	.size signal_context_return, . - signal_context_return
