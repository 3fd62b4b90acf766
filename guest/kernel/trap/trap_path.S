/* SPDX-License-Identifier: MIT */
/*
 * The trap path: every way into the kernel, the ways back to a process, and the context switch. Every way in builds
 * the same struct trap_frame (frame.h) on the process's kernel stack. Interrupts are off in the kernel, so nothing
 * interrupts the building of a frame. Where ring 0 is emulated each instruction takes about 1.5 microseconds, so this
 * file is written for few instructions, and tests count them. From here the kernel goes on in C by two tables of
 * functions: trap_handlers and syscall_table.
 */
#include "kernel/boot/memory_layout.h"
#include "kernel/lessons/protocol_step.inc"
#include "kernel/trap/fast_call.inc"
#include "offsets.h"

/* Pushes the registers that neither the CPU nor the stub has pushed, in the order of struct trap_frame. */
.macro push_registers marked=0
	push %rdi
	push %rsi
	push %rdx
	push %rcx
	push %rax
	push %r8
	push %r9
	push %r10
	.if \marked
	protocol_step BREAK_REGISTER, push %r11
	.else
	push %r11
	.endif
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
.endm

.macro function name
	.globl \name
	.type \name, @function
\name:
.endm

/*
 * ---- the two ways back to a process ----
 * They are macros, because each is expanded directly behind a way in, which saves a jump.
 */

/*
 * 1. Return-from-trap by IRETQ: from every trap but SYSCALL, from a direct call, from execve, and to a new process, whose
 * context makes context_switch return to this. RSP points to the frame. All registers are loaded from it, and IRETQ takes
 * RIP, CS, RFLAGS, RSP and SS.
 */
.macro define_return_by_iretq
function return_by_iretq
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rax
	pop %rcx
	pop %rdx
	pop %rsi
	pop %rdi
	add $16, %rsp				/* vector, error code */
	iretq
	.size return_by_iretq, . - return_by_iretq
.endm

/*
 * 2. Return-from-trap by SYSRET: from system calls by SYSCALL. RSP points to the frame. C functions preserve RBX, RBP and
 * R12 to R15, so these still have the process's values and are not loaded. SYSRET takes RIP from RCX and RFLAGS from R11.
 * On Intel it faults in ring 0 if RCX is no canonical address, so that is checked.
 */
.macro define_return_by_sysret
function return_by_sysret
	mov FRAME_RCX(%rsp), %rcx
	shr $47, %rcx
	jnz 1f
	add $FRAME_R11, %rsp
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rax
	pop %rcx
	pop %rdx
	pop %rsi
	pop %rdi
	mov FRAME_RSP - FRAME_VECTOR(%rsp), %rsp
	sysretq
1:	mov %rsp, %rdi
	call kill_for_bad_return
	.size return_by_sysret, . - return_by_sysret
.endm

	.text

/* ---- interrupts and exceptions: one stub of TRAP_STUB_SIZE bytes for each vector ---- */

	.altmacro
.macro stub vector
	.balign TRAP_STUB_SIZE
	.type trap_\vector, @function
trap_\vector:
	.if \vector >= 32
	push $0
	.elseif !((TRAP_ERROR_CODES >> \vector) & 1)
	push $0
	.endif
	push $\vector
	jmp trap_common
	.size trap_\vector, . - trap_\vector
.endm

	.balign 256 * TRAP_STUB_SIZE		/* the addresses differ in the low 16 bits only (trap_table_init) */
	.globl trap_stubs
trap_stubs:
	.set number, 0
	.rept 256
	stub %number
	.set number, number + 1
	.endr
	.balign 16
	.noaltmacro

function trap_common
	push_registers 1
	cld
	cmpb $0, cpu + CPU_SMAP			/* a process may have set AC, which lifts SMAP */
	je 1f
	clac
1:	mov %rsp, %rdi
	cmpb $0, traps_watched
	jne trap_watched
	mov FRAME_VECTOR(%rsp), %rax
	call *trap_handlers(,%rax,8)
	.size trap_common, . - trap_common

	define_return_by_iretq

function trap_watched
	call *trap_watcher
	jmp return_by_iretq
	.size trap_watched, . - trap_watched

/* void return_from_trap(const struct trap_frame *frame): returns by a frame that lies anywhere on the stack. */
function return_from_trap
	mov %rdi, %rsp
	jmp return_by_iretq
	.size return_from_trap, . - return_from_trap

/*
 * Where a trap's handler returns to, with the result of a system call in RAX, if signals_at_return has put this in place
 * of its return address. The other name is for a return without that, by a frame that lies anywhere on the stack.
 */
function return_with_signals
	mov %rdi, %rsp
function return_by_signal
	mov %rsp, %rdi
	mov %rax, %rsi
	call signals_return
	jmp return_by_iretq
	.size return_by_signal, . - return_by_signal

/* ---- system calls by SYSCALL: RCX = return address, R11 = RFLAGS, all other registers are the process's ---- */

function syscall_entry
	mov %rsp, user_rsp
	mov kernel_stack_top, %rsp
	push $USER_SS
	push user_rsp
	push %r11
	push $USER_CS
	push %rcx
	push $0
	push $SYSCALL_VECTOR
syscall_common:
	push_registers
	fast_call				/* fast_call.inc */
	.size syscall_entry, . - syscall_entry

	define_return_by_sysret
	fast_call_exceptions

/*
 * The page-fault gate on hosts where SYSCALL does not change to ring 0: the CPU stays in ring 3 and fetches from
 * syscall_entry, which is a page fault with RIP = syscall_entry, and RCX and R11 as SYSCALL leaves them. A process that
 * jumps to syscall_entry by itself makes a system call too, with a return address and flags of its choice, no more.
 */
function page_fault_recognise
	cmpq $syscall_entry, FRAME_RIP - FRAME_ERROR(%rsp)
	jne 1f
	testb $3, FRAME_CS - FRAME_ERROR(%rsp)
	jz 1f
	and $USER_FLAGS, %r11d
	or $FLAGS_ALWAYS, %r11d
	mov %r11, FRAME_RFLAGS - FRAME_ERROR(%rsp)
	mov %rcx, FRAME_RIP - FRAME_ERROR(%rsp)
	push $SYSCALL_VECTOR
	cld
	jmp syscall_common
1:	push $PAGE_FAULT_VECTOR
	jmp trap_common
	.size page_fault_recognise, . - page_fault_recognise

/*
 * With protocol=direct a program in ring 0 calls the kernel here, with the registers as for SYSCALL. That is a function
 * call and no trap. It builds the same frame, so that the rest of the kernel sees no difference.
 */
function service_entry
	cli					/* in ring 0 a program can switch interrupts on */
	pop %rcx
	pushfq
	pop %r11
	mov %rsp, user_rsp
	mov kernel_stack_top, %rsp
	push $KERNEL_SS
	push user_rsp
	push %r11
	push $KERNEL_CS
	push %rcx
	push $0
	push $SYSCALL_VECTOR
	push_registers
	cld
	mov %rsp, %rdi
	call system_call
	jmp return_by_iretq
	.size service_entry, . - service_entry

/* ---- the context switch: void context_switch(struct context *from, struct context *to) ---- */

/*
 * Saves the registers of the current process to its process structure and restores those of the other process. The
 * restored RSP is on the other process's kernel stack, so RET goes on where the other process called context_switch. A
 * process that has never run goes on at return_by_iretq: process_start has put that address onto its kernel stack.
 */
function context_switch
	mov %rbx, CONTEXT_RBX(%rdi)
	mov %rbp, CONTEXT_RBP(%rdi)
	mov %r12, CONTEXT_R12(%rdi)
	mov %r13, CONTEXT_R13(%rdi)
	mov %r14, CONTEXT_R14(%rdi)
	mov %r15, CONTEXT_R15(%rdi)
	mov %rsp, CONTEXT_RSP(%rdi)
	mov CONTEXT_RBX(%rsi), %rbx
	mov CONTEXT_RBP(%rsi), %rbp
	mov CONTEXT_R12(%rsi), %r12
	mov CONTEXT_R13(%rsi), %r13
	mov CONTEXT_R14(%rsi), %r14
	mov CONTEXT_R15(%rsi), %r15
	mov CONTEXT_RSP(%rsi), %rsp		/* the stack of the other process */
	ret
	.size context_switch, . - context_switch

	.bss
	.balign 8
user_rsp:
	.space 8
