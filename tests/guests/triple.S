/* SPDX-License-Identifier: MIT */
/* Causes an exception without an IDT: double fault, triple fault, shutdown. */
#include "image.h"
start:
	lidt	no_idt
	movl	$1, %eax
	xor	%ecx, %ecx
	xor	%edx, %edx
	div	%ecx
	power_off $111

	.section .rodata
no_idt:	.word	0
	.long	0
