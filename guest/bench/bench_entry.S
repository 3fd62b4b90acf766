/* SPDX-License-Identifier: MIT */
/* Enters ring 3 and returns from there, and defines the handlers of the measured traps. Called by crossings.c. */
#include "bench_guest.h"

/* ---- entering and leaving ring 3 ---- */

	.text
/* uint64_t enter_ring3(code, iterations, operand, flags) */
	.globl	enter_ring3
enter_ring3:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, saved_rsp
	mov	%rdi, %rax
	mov	%rsi, %rdi
	mov	%rdx, %rsi
	pushq	$USER_SS
	pushq	$USER_STACK_TOP
	push	%rcx
	pushq	$USER_CS
	push	%rax
	iretq

	.globl	wait_halted
wait_halted:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, saved_rsp
	sti
1:	hlt
	jmp	1b

/* Halts in ring 0 until the timer interrupt has come; returns the TSC read after HLT. */
	.globl	wait_woken
wait_woken:
	sti
	hlt
	rdtsc
	cli
	shl	$32, %rdx
	or	%rdx, %rax
	ret

	.globl	on_timer, on_leave
on_timer:
	rdtsc
	shl	$32, %rdx
	lea	(%rax,%rdx), %r14
on_leave:
	mov	saved_rsp, %rsp
	mov	%r14, %rax
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

/* ---- handlers, with as few instructions as possible ---- */

.macro handler name
	.globl	\name
	.balign	16
\name:
.endm

handler on_return
	iretq
handler on_skip2
	addq	$2, (%rsp)
	iretq
handler on_skip1_error
	add	$8, %rsp
	incq	(%rsp)
	iretq
handler on_skip2_error
	add	$8, %rsp
	addq	$2, (%rsp)
	iretq
handler on_tick
	mov	$1, %edi
	iretq
/* SYSCALL has set RIP but not the ring, so its handler faults: the fault's frame gets what SYSRET would restore. */
handler on_syscall_fault
	add	$8, %rsp
	mov	%rcx, (%rsp)
	mov	%r11, 16(%rsp)
	iretq
handler syscall_sysret
	sysretq
handler syscall_iret
	mov	$kernel_stack_top, %rsp
	pushq	$USER_SS
	pushq	$USER_STACK_TOP
	push	%r11
	pushq	$USER_CS
	push	%rcx
	iretq

/*
 * Switches to the next process: the trap frame and all registers of the current process are pushed on its kernel stack,
 * which is its struct process, and those of the next process are popped. If INT 0x80 raises #UD, RIP still points to
 * it, so `skip` is 1.
 */
.macro yield name, skip, switch_space
handler \name
	.if \skip
	addq	$2, (%rsp)
	.endif
	.irp register, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
	push	%\register
	.endr
	mov	PROCESS_NEXT - PROCESS_REGISTERS(%rsp), %rdx
	.if \switch_space
	mov	PROCESS_CR3 - PROCESS_SIZE(%rdx), %rcx
	mov	%rcx, %cr3
	.endif
	mov	%rdx, tss + TSS_RSP0
	lea	PROCESS_REGISTERS - PROCESS_SIZE(%rdx), %rsp
	.irp register, r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax
	pop	%\register
	.endr
	iretq
.endm
	yield	on_yield_shared, 0, 0
	yield	on_yield_own, 0, 1
	yield	on_yield_shared_fault, 1, 0
	yield	on_yield_own_fault, 1, 1

/* Handlers of probe(): the first that runs shows how the instruction arrives; they do not return to the instruction. */
handler on_probe
	incq	probe_by_itself
	jmp	on_leave
handler probe_fault_ud
	incq	probe_by_fault
	jmp	on_leave
handler probe_fault_pf
	incq	probe_by_fault
	jmp	on_leave

	.bss
	.balign	16
	.skip	4096
	.globl	kernel_stack_top
kernel_stack_top:
saved_rsp:
	.skip	8
	.globl	probe_by_itself, probe_by_fault
probe_by_itself:
	.skip	8
probe_by_fault:
	.skip	8

	.section .note.GNU-stack, "", @progbits
