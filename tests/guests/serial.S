/* SPDX-License-Identifier: MIT */
/* Writes a line and a prompt without a newline to COM1, and waits for ever with interrupts on. */
#include "image.h"
start:
	set_up_interrupts
	say	"hello from COM1\n"
	say	"name? "
	sti
1:	hlt
	jmp	1b
