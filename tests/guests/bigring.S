/* SPDX-License-Identifier: MIT */
/*
 * Declares an event ring of 2^N records, N the number on the command line, and claims before every DOORBELL that all of
 * them are new. One store and one port write then make the VMM take a whole ring. Ends with status 0 when RING reads
 * back 0: the ring was refused.
 */
#include "image.h"

#define RING 0x2000000 /* at 32 MiB, beyond this image */

start:	command_line
	number	%ecx, 16
	mov	$1, %ebx
	shl	%cl, %ebx
	mov	%ebx, RING + 16
	mov	$(RING >> 12), %eax
	mov	$(RINGSIDE_PORT + RINGSIDE_REG_RING), %edx
	out	%eax, %dx
	in	%dx, %eax
	test	%eax, %eax
	jnz	1f
	power_off $0
1:	add	%ebx, RING
	adcl	$0, RING + 4
	mov	$(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL), %edx
	out	%eax, %dx
	jmp	1b
