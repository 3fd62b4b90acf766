/* SPDX-License-Identifier: MIT */
/* Sets its TSC to 0, as some kernels do at start. Ends with status 0. */
#include "image.h"

#define MSR_IA32_TSC 0x10

start:	set_up_stack
	mov	$MSR_IA32_TSC, %ecx
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr
	power_off $0
