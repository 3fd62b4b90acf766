/* SPDX-License-Identifier: MIT */
/* The measured loops of ring 3. Entered by enter_ring3; each leaves by a trap other than the one it measures. */
#include "bench_guest.h"
#include "loops.inc"

.macro ring3 name
	.section .user, "ax"
	.balign	64
	.globl	\name
\name:
	xor	%r15d, %r15d
.endm
.macro ring3_end
	int3
.endm
.macro ring3_row name, instruction:vararg
	ring3	\name
	loop_begin
	\instruction
	loop_end
	ring3_end
.endm

	ring3	ring3_clock
	read_tsc %r13
	mov	%esi, %edx
	read_tsc %r14
	sub	%r13, %r14
	ring3_end

	ring3	ring3_empty
	loop_begin
	loop_end
	ring3_end

	ring3_row ring3_call, call nothing
	ring3_row ring3_syscall, syscall
	ring3_row ring3_int80, int $VECTOR_INT80
	ring3_row ring3_ud, ud2
	ring3_row ring3_gp, hlt
	ring3_row ring3_pf, mov (%rsi), %al

	ring3	ring3_de
	xor	%esi, %esi
	loop_begin
	div	%esi
	loop_end
	ring3_end

	ring3	ring3_int3
	loop_begin
	int3
	loop_end
	ud2

	ring3	ring3_spin
1:	pause
	jmp	1b

/*
 * Reads the TSC until the tick's handler has set EDI, and once more after that. The result is the time from the last
 * reading before the tick to the last reading of all: the tick and two readings. 0: the tick came before the first
 * reading.
 */
	ring3	ring3_tick
	xor	%r14d, %r14d
	read_tsc %r13
	test	%edi, %edi
	jnz	2f
1:	mov	%r13, %r12
	read_tsc %r13
	test	%edi, %edi
	jz	1b
	read_tsc %r14
	sub	%r12, %r14
2:	ring3_end

/* The loop of a process that touches its working set between two switches. Its operand is a struct working_set. */
.macro touch
	mov	%rsi, %rax
9993:	cmp	%rbp, %rax
	jae	9994f
	incl	(%rax)
	add	$CACHE_LINE, %rax
	jmp	9993b
9994:
.endm
.macro touching name, instruction:vararg
	ring3	\name
	mov	8(%rsi), %rbp
	mov	(%rsi), %rsi
	add	%rsi, %rbp
	mov	%rdi, %r12
	read_tsc %r13
	.globl	\name\()_loop
\name\()_loop:
9992:	touch
	\instruction
	loop_end
	ring3_end
.endm

	touching ring3_touch
	touching ring3_switch, int $VECTOR_INT80

	.balign	64
nothing:
	ret

	.globl	probe_syscall, probe_int80
probe_syscall:
	syscall
	int3
probe_int80:
	int	$VECTOR_INT80
	int3

	.section .note.GNU-stack, "", @progbits
