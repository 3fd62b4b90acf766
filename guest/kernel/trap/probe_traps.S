/* SPDX-License-Identifier: MIT */
/* Going to ring 3 and coming back while the trap instructions are tried (probe_traps.c), and what runs in ring 3. */
#include "offsets.h"

.macro function name
	.globl \name
	.type \name, @function
\name:
.endm

	.text

/* uint64_t probe_enter(const struct trap_frame *frame): enters ring 3 by the frame. */
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

/* void probe_leave(uint64_t value): returns from the last probe_enter, which returns this value. */
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

/* A page of its own for ring 3, mapped at PROBE_ADDRESS. */
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
probe_rsp:
	.space 8
