/* SPDX-License-Identifier: MIT */
/*
 * The entry point of every program. The kernel enters it with the stack that the System V ABI (AMD64 supplement, 3.4.1
 * "Initial Stack and Register State") describes: argc, argv, envp, auxv.
 */
	.section .text.start, "ax", @progbits
	.globl _start
	.type _start, @function
_start:
	xor	%ebp, %ebp		/* marks the outermost frame */
	mov	(%rsp), %rdi		/* argc */
	lea	8(%rsp), %rsi		/* argv */
	lea	8(%rsi, %rdi, 8), %rdx	/* envp, after argv's null pointer */
	mov	%rdi, %rbx
	mov	%rsi, %r12
	mov	%rdx, %r13
	and	$-16, %rsp
	mov	%rdx, %rdi
	call	choose_gate
	mov	%rbx, %rdi
	mov	%r12, %rsi
	mov	%r13, %rdx
	call	main
	mov	%eax, %edi
	call	exit_group
	.size _start, . - _start

	.section .note.GNU-stack, "", @progbits
