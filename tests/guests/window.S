/* SPDX-License-Identifier: MIT */
/*
 * A tick that becomes due while interrupts are off must be delivered as soon as they are on again and not before. Only
 * an interrupt window can do this, because nothing else exits at that time. Status 1: the tick came early, 2: never.
 */
#include "image.h"
#define POLLS 1000 /* exits of some microseconds each: the tick is due long before the last of them */
#define ONE_MILLISECOND (PIT_FREQUENCY / 1000)
#define PATIENCE 1000000
start:
	set_up_interrupts
	handle	IRQ_TIMER, tick
	xor	%edi, %edi
	mov	$ONE_MILLISECOND, %ecx
	start_timer PIT_ONE_SHOT

	mov	$POLLS, %ecx
	mov	$UNOWNED_PORT, %edx
1:	in	%dx, %al
	dec	%ecx
	jnz	1b
	test	%edi, %edi
	fail_if	nz, 1

	mov	$PATIENCE, %ecx
	sti
2:	test	%edi, %edi
	jnz	3f
	dec	%ecx
	jnz	2b
3:	test	%edi, %edi
	fail_if	z, 2
	power_off $0

tick:
	inc	%edi
	return_from_interrupt
