/* SPDX-License-Identifier: MIT */
/* A line through COM1, then a prompt without a newline, then waits for ever with interrupts on. */
#include "image.h"
start:
	set_up_interrupts
	say	"hello from COM1\n"
	say	"name? "
	sti
1:	hlt
	jmp	1b
