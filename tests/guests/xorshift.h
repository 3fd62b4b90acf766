/* SPDX-License-Identifier: MIT */
/* Random numbers for images that play the enemy. The seed is the number on the command line. */
#include "image.h"

/* Sets the seed. EBP holds the state from then on. */
.macro seed_random
	command_line
	number	%ebp, 12345
	or	$1, %ebp
.endm

/* Sets EAX to the next number (Marsaglia's xorshift of 32 bits). */
.macro random
	mov	%ebp, %eax
	shl	$13, %eax
	xor	%eax, %ebp
	mov	%ebp, %eax
	shr	$17, %eax
	xor	%eax, %ebp
	mov	%ebp, %eax
	shl	$5, %eax
	xor	%eax, %ebp
	mov	%ebp, %eax
.endm
