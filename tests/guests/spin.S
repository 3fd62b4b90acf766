/* SPDX-License-Identifier: MIT */
/*
 * Loops for ever without an exit. Interrupts are on, although none comes, because Bochs as a host takes no interrupt of
 * its own while a guest loops with interrupts off.
 */
#include "image.h"
start:
	sti
1:	jmp	1b
