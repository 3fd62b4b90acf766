/* SPDX-License-Identifier: MIT */
/*
 * The measured loops and the handlers that answer them. Called by main.c. A loop counts in R12 and keeps
 * the first TSC in R13; at ring 3 it leaves by a trap that is not the one it measures, the ticks in R14.
 */
#include "bench.h"
#include "ringside/bench.h"

#define SINK (BENCH_PORT + BENCH_REG_SINK)
#define MSR_MISC_ENABLE 0x1a0 /* KVM answers it in the kernel, on Intel and on AMD */

/* What was before RDTSC is done before it is read, and what follows waits (SDM vol. 2B, RDTSC). */
.macro read_tsc register
	test	%r15b, %r15b
	jnz	9990f
	lfence
9990:	rdtsc
	test	%r15b, %r15b
	jnz	9991f
	lfence
9991:	shl	$32, %rdx
	lea	(%rax,%rdx), \register
.endm

/* Between the clocks there is nothing but the loop. */
.macro loop_begin
	mov	%rdi, %r12
	read_tsc %r13
	mov	%esi, %edx /* a port; RDTSC has taken EDX. The clock's own row has it too. */
9992:
.endm
.macro loop_end
	dec	%r12
	jnz	9992b
	read_tsc %r14
	sub	%r13, %r14
.endm

.macro ring0 name
	.section .text.\name, "ax"
	.balign	64 /* all loops of a ring begin at the same offset, with no instruction spent on it */
	.globl	\name
\name:
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	movzbl	ring0_emulated, %r15d
.endm
.macro ring0_end
	mov	%r14, %rax
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	ret
.endm


.macro ring0_row name, instruction:vararg
	ring0	\name
	loop_begin
	\instruction
	loop_end
	ring0_end
.endm

	ring0	ring0_clock
	read_tsc %r13
	mov	%esi, %edx
	read_tsc %r14
	sub	%r13, %r14
	ring0_end

	ring0	ring0_empty
	loop_begin
	loop_end
	ring0_end

	ring0_row ring0_register, xor %eax, %eax

	ring0	ring0_cpuid
	loop_begin
	xor	%eax, %eax
	cpuid
	loop_end
	ring0_end

	ring0	ring0_rdmsr
	mov	$MSR_MISC_ENABLE, %ecx
	loop_begin
	rdmsr
	loop_end
	ring0_end

	ring0_row ring0_out8, out %al, %dx
	ring0_row ring0_out16, out %ax, %dx
	ring0_row ring0_out32, out %eax, %dx
	ring0_row ring0_in8, in %dx, %al
	ring0_row ring0_in16, in %dx, %ax
	ring0_row ring0_in32, in %dx, %eax

	ring0	ring0_outs
	mov	%esi, %r11d
	loop_begin
	mov	%r11d, %edx
	mov	$string, %esi
	mov	$BENCH_STRING_LENGTH, %ecx
	rep outsb
	loop_end
	ring0_end

	ring0	ring0_ins
	mov	%esi, %r11d
	loop_begin
	mov	%r11d, %edx
	mov	$string, %edi
	mov	$BENCH_STRING_LENGTH, %ecx
	rep insb
	loop_end
	ring0_end

	ring0_row ring0_mmio_read, mov (%rsi), %eax
	ring0_row ring0_mmio_write, mov %eax, (%rsi)

	ring0	ring0_hundred
	mov	$1, %r15d /* what it is to find out is not known yet */
	read_tsc %r13
	.rept	CALIBRATION_INSTRUCTIONS
	nop
	.endr
	read_tsc %r14
	sub	%r13, %r14
	ring0_end

/* ---- ring 3 ---- */

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

/* ---- into ring 3 and out again ---- */

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

/* ---- the handlers: as few instructions as the frame allows ---- */

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
/* SYSCALL that has changed RIP but not the ring: what SYSRET would do is done to the fault's frame. */
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

/* The probe's: whatever comes first says how the instruction arrives, and nothing is returned to. */
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
	.globl	probe_by_itself, probe_by_fault, ring0_emulated
probe_by_itself:
	.skip	8
probe_by_fault:
	.skip	8
ring0_emulated:
	.skip	1
	.balign	64
string:	.skip	BENCH_STRING_LENGTH

	.section .note.GNU-stack, "", @progbits
