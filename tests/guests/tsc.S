/* SPDX-License-Identifier: MIT */
/*
 * Sets its TSC to 0, as some kernels do at start. Ends with status 0; 1 = it still shows more than 2^40, which it cannot
 * have reached since, so this host ignores the write.
 */
#include "image.h"

#define MSR_IA32_TSC 0x10
#define TSC_HIGH_MAX 0x100 /* of the high half */

start:	set_up_stack
	mov	$MSR_IA32_TSC, %ecx
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr
	rdtsc
	cmp	$TSC_HIGH_MAX, %edx
	fail_if ae, 1
	power_off $0
