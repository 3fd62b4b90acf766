/* SPDX-License-Identifier: MIT */
/* The measured loops of ring 0. Called by crossings.c as functions of type `measured`. */
#include "bench_guest.h"
#include "loops.inc"
#include "ringside/bench.h"

#define MSR_MISC_ENABLE 0x1a0 /* KVM handles this MSR in the host kernel, on Intel and on AMD */

.macro ring0 name
	.section .text.\name, "ax"
	.balign	64 /* all loops of a ring begin at the same offset in a cache line, without padding instructions */
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

	/* Writes the value that the MSR already has. */
	ring0	ring0_wrmsr
	mov	$MSR_MISC_ENABLE, %ecx
	rdmsr
	mov	%eax, %r10d
	mov	%edx, %r11d
	mov	%rdi, %r12
	read_tsc %r13
	mov	%r10d, %eax
	mov	%r11d, %edx
9992:	wrmsr
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

	ring0_row ring0_halt, hlt

	/* The functions of events.c preserve R12 to R15. */
	ring0_row ring0_event_ring, call write_event
	ring0_row ring0_event_exit, call write_event_and_ring

	ring0	ring0_hundred
	mov	$1, %r15d /* without LFENCE: whether ring 0 is emulated is not yet known */
	read_tsc %r13
	.rept	CALIBRATION_INSTRUCTIONS
	nop
	.endr
	read_tsc %r14
	sub	%r13, %r14
	ring0_end

	.bss
	.globl	ring0_emulated
ring0_emulated:
	.skip	1
	.balign	64
string:	.skip	BENCH_STRING_LENGTH

	.section .note.GNU-stack, "", @progbits
