/* SPDX-License-Identifier: MIT */
/*
 * Waits for a device that is not there: reads a port, or with 1 as the first number the local APIC, as many times as the
 * second number says (0 = for ever). Ends with status 0.
 */
#include "image.h"

#define CMOS_DATA 0x71
#define APIC_ICR 0xfee00300

start:	command_line
	number	%edi, 0
	number	%ebx, 0
1:	test	%edi, %edi
	jz	2f
	mov	APIC_ICR, %eax
	jmp	3f
2:	mov	$CMOS_DATA, %edx
	in	%dx, %al
3:	dec	%ebx
	jnz	1b
	power_off $0
