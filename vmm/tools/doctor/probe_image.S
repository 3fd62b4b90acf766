/* SPDX-License-Identifier: MIT */
/* The probe image, see probe_image.h. 64-bit code without relocations, which doctor only copies. */
#include "tools/doctor/probe_image.h"

#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_SFMASK 0xc0000084
#define SFMASK_IF 0x200
#define RFLAGS_RESERVED 2
#define CR4_OSXSAVE (1 << 18)
#define XSAVE_X87_SSE 3

.macro label name
	.globl	probe_\name
probe_\name:
.endm

/* Runs R8 rounds of two instructions between two readings of the TSC. */
.macro timed_loop
	rdtsc
	shl	$32, %rdx
	lea	(%rdx, %rax), %r10
1:	dec	%r8
	jnz	1b
	rdtsc
	shl	$32, %rdx
	lea	(%rdx, %rax), %r11
.endm

.macro ask_cpuid
	mov	%r8d, %eax
	mov	%r9d, %ecx
	cpuid
	mov	%eax, %r8d
.endm

.macro enable_xsave
	mov	%cr4, %rax
	or	$CR4_OSXSAVE, %eax
	mov	%rax, %cr4
.endm

.macro write_msr index
	mov	$\index, %ecx
	wrmsr
.endm

	.section .rodata.probe, "a"

/* ---- ring 0 ---- */

label ring0
label stubs
	.set	vector, 0
	.rept	256
	.balign	PROBE_STUB_SIZE
	mov	$vector, %al
	out	%al, $PROBE_PORT_TRAP
	hlt
	.set	vector, vector + 1
	.endr
	.balign	PROBE_STUB_SIZE

.macro set_star
	xor	%eax, %eax
	mov	$(PROBE_CODE0 | PROBE_STAR_BASE3 << 16), %edx
	write_msr MSR_STAR
.endm

label to_ring3
	set_star
	lea	probe_syscall_entry(%rip), %eax
	xor	%edx, %edx
	write_msr MSR_LSTAR
	mov	$SFMASK_IF, %eax
	write_msr MSR_SFMASK
	push	$PROBE_DATA3
	push	$PROBE_STACK3
	push	$RFLAGS_RESERVED
	push	$PROBE_CODE3
	push	%rdi
	iretq

label syscall_entry
	out	%al, $PROBE_PORT_SYSCALL
	hlt

label clac
	stac
	clac
	jmp	probe_done
label xsave
	enable_xsave
	xor	%ecx, %ecx
	xgetbv
	xsetbv
	mov	$XSAVE_X87_SSE, %eax
	xsave	PROBE_SCRATCH
	jmp	probe_done
label xcr0
	enable_xsave
	xor	%ecx, %ecx
	xor	%edx, %edx
	mov	$XSAVE_X87_SSE, %eax
	xsetbv
	out	%al, $PROBE_PORT_ON
	xgetbv
	xor	$XSAVE_X87_SSE, %eax
	mov	%rax, %r9
	jmp	probe_done
label popcnt
	popcnt	%rax, %rax
	jmp	probe_done
label andn
	andn	%rax, %rax, %rax
	jmp	probe_done
label rdtscp
	rdtscp
	jmp	probe_done
label verw
	push	$PROBE_DATA0
	verw	(%rsp)
	jmp	probe_done
label int3
	int3
label int
	int	$PROBE_INT_VECTOR

label sysret
	set_star
	mov	$1, %ecx
	shl	$47, %rcx /* the first address that is not canonical */
	mov	$RFLAGS_RESERVED, %r11d
	sysretq

label cpuid0
	ask_cpuid
	jmp	probe_done
label loop0
	timed_loop
	jmp	probe_done
label step0
	.rept	PROBE_STEPS
	nop
	.endr
label done
	out	%al, $PROBE_PORT_DONE
	hlt

label pio
	out	%al, $PROBE_PORT_AGAIN
	jmp	probe_pio
label mmio
	mov	%al, PROBE_NO_MEMORY
	jmp	probe_mmio
label hlt
	hlt
	jmp	probe_hlt
label ring0_end

/* ---- ring 3 ---- */

label ring3
label syscall3
	syscall
	ud2
label int_n3
	int	$PROBE_INT_VECTOR
	ud2
label int33
	int3
	ud2
label cpuid3
	ask_cpuid
	jmp	probe_end3
label loop3
	timed_loop
	jmp	probe_end3
label step3
	.rept	PROBE_STEPS
	nop
	.endr
label end3
	ud2
label ring3_end

	.section .note.GNU-stack, "", @progbits
