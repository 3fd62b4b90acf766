/* SPDX-License-Identifier: MIT */
/*
 * The trap path: every way into the kernel, and the one way out of it. All build the same struct
 * trap_frame (trap.h) on the process's kernel stack. The kernel runs with interrupts off throughout,
 * so a frame is never built on top of half a frame. Counted instructions matter here: where ring 0 is
 * emulated each costs a microsecond and a half.
 */
#include "kernel/boot/memory_layout.h"
#include "offsets.h"

/* Pushes what the CPU and the stub have not: from rdi down to r15, the order of struct trap_frame. */
.macro push_registers
	push %rdi
	push %rsi
	push %rdx
	push %rcx
	push %rax
	push %r8
	push %r9
	push %r10
	push %r11
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

	.text

/* ---- interrupts and exceptions: one stub a vector, of TRAP_STUB_SIZE bytes ---- */

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

	.balign 256 * TRAP_STUB_SIZE		/* so that their addresses differ in the low 16 bits only */
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
	push_registers
	cld
	cmpb $0, cpu_smap			/* a process may have set AC, which lifts SMAP */
	je 1f
	clac
1:	mov %rsp, %rdi
	cmpb $0, traps_watched
	jne 2f
	mov FRAME_VECTOR(%rsp), %rax
	call *trap_handlers(,%rax,8)

/* Return-from-trap: the frame is at RSP. A forged frame of a new process begins its life here. */
	.globl first_return
first_return:
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

2:	call *trap_watcher
	jmp first_return
	.size trap_common, . - trap_common

function return_from_trap
	mov %rdi, %rsp
	jmp first_return
	.size return_from_trap, . - return_from_trap

/* ---- system calls by SYSCALL: RCX = return address, R11 = RFLAGS, everything else the process's ---- */

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
	cmpb $0, traps_watched
	jne 2f
	mov current, %r11
	incq PROCESS_SYSCALLS(%r11)
	cmp $SYSCALL_LIMIT, %rax
	jae 3f
	mov %r10, %rcx				/* the C calling convention's fourth argument */
	call *syscall_table(,%rax,8)
1:	mov %rax, FRAME_RAX(%rsp)
5:	mov FRAME_RCX(%rsp), %rcx		/* SYSRET to a non-canonical address faults in ring 0 on Intel */
	shr $47, %rcx
	jnz 4f
	add $FRAME_R11, %rsp			/* the C code has preserved the callee-saved ones */
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

2:	mov %rsp, %rdi
	call *syscall_watcher
	jmp 5b
3:	call no_such_call
	jmp 1b
4:	mov %rsp, %rdi
	call syscall_bad_return
	.size syscall_entry, . - syscall_entry

/*
 * The page-fault gate where SYSCALL does not change to ring 0 but leaves ring 3 to fetch its handler,
 * which is a page fault there: RIP is syscall_entry, RCX and R11 as for SYSCALL. A process that jumps
 * there by itself has made a system call with a return address and flags of its choice, no more.
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
 * With protocol=direct a program in ring 0 calls the kernel here, registers as for SYSCALL: a function
 * call, no trap. The frame is the same, so that everything behind it is too.
 */
function service_entry
	cli					/* nobody could keep the program from switching them on */
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
	jmp first_return
	.size service_entry, . - service_entry

/* ---- the context switch: void context_switch(struct process *from, struct process *to) ---- */

function context_switch
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsp, PROCESS_SAVED_RSP(%rdi)
	mov PROCESS_SAVED_RSP(%rsi), %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret
	.size context_switch, . - context_switch

/* ---- the probe: enter ring 3 by a frame, come back with a value as if the call had returned it ---- */

function probe_enter
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsp, probe_rsp
	jmp return_from_trap
	.size probe_enter, . - probe_enter

function probe_leave
	mov probe_rsp, %rsp
	mov %rdi, %rax
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret
	.size probe_leave, . - probe_leave

/* What the probe runs in ring 3: a page of its own, mapped at PROBE_ADDRESS. */
	.section .rodata
	.balign 4096
	.globl probe_page, probe_int80
probe_page:
	syscall
	ud2
probe_int80:
	int $SYSCALL_VECTOR
	ud2
	.balign 4096

	.bss
	.balign 8
user_rsp:
	.space 8
probe_rsp:
	.space 8
