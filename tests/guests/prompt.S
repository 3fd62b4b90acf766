/* SPDX-License-Identifier: MIT */
/*
 * Writes a prompt without a newline to COM1, and computes on for ever without an exit and without a timer. Interrupts
 * are on, although none comes: see spin.S.
 */
#include "image.h"
start:
	say	"name? "
	sti
1:	jmp	1b
