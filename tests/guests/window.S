/* SPDX-License-Identifier: MIT */
/*
 * A tick that comes due while interrupts are off must be delivered as soon as they are on again, by an
 * interrupt window since nothing else exits then, and not before: status 1 if it came early, 2 if never.
 */
#include "image.h"
#define POLLS 1000 /* exits, of which each takes microseconds: the tick is due long before the last */
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
