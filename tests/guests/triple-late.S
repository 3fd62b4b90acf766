/* SPDX-License-Identifier: MIT */
/* Writes a byte to the console, then causes a triple fault: an exception without an IDT. */
#include "image.h"

start:	outb_to COM1, '!'
	lidt	idtr
	ud2

	.data
	.balign	8
idtr:	.word	0
	.long	0
