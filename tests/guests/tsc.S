/* SPDX-License-Identifier: MIT */
/*
 * Sets its TSC to 0, as some kernels do at start. Ends with status 0; 1 = it does not show less than before, so this host
 * ignores the write.
 */
#include "image.h"

#define MSR_IA32_TSC 0x10

start:	set_up_stack
	rdtsc
	mov	%eax, %esi
	mov	%edx, %edi		/* EDI:ESI = before */
	mov	$MSR_IA32_TSC, %ecx
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr
	rdtsc
	sub	%esi, %eax
	sbb	%edi, %edx		/* the borrow: it shows less */
	fail_if ae, 1
	power_off $0
